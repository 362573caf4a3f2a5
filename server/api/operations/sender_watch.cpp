#include "server/api/operations/sender_watch.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <algorithm>
#include <exception>
#include <utility>

namespace waybill::api
{

namespace
{

constexpr std::chrono::milliseconds max_wait{200};

} // namespace

asio::awaitable<std::vector<db::SenderState>> SenderWatch::read(std::chrono::seconds max_age)
{
    const bool is_fresh = std::chrono::steady_clock::now() - read_at_ < max_age;
    if (reading_ || is_fresh) co_return last_;
    reading_ = true;
    const auto executor = co_await asio::this_coro::executor;
    auto done = std::make_shared<asio::steady_timer>(executor, max_wait);
    asio::co_spawn(executor, refresh(done), asio::detached);
    boost::system::error_code cancelled;
    if (reading_) co_await done->async_wait(asio::redirect_error(asio::use_awaitable, cancelled));
    co_return last_;
}

bool SenderWatch::any_paused(const std::vector<db::SenderState>& senders)
{
    return std::ranges::any_of(senders, [](const db::SenderState& sender) { return sender.paused_at.has_value(); });
}

asio::awaitable<void> SenderWatch::refresh(std::shared_ptr<asio::steady_timer> done)
{
    try {
        last_ = co_await senders_.list();
        read_at_ = std::chrono::steady_clock::now();
    }
    catch (const std::exception&) { // PostgreSQL is away or not migrated yet: the last reading stays
    }
    reading_ = false;
    done->cancel();
}

} // namespace waybill::api
