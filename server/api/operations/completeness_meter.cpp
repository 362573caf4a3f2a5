#include "server/api/operations/completeness_meter.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <chrono>
#include <exception>
#include <memory>

namespace waybill::api
{

namespace
{

constexpr std::chrono::milliseconds patience{20};

} // namespace

asio::awaitable<std::optional<db::Completeness>> CompletenessMeter::read()
{
    if (reading_) co_return last_;
    reading_ = true;
    const auto executor = co_await asio::this_coro::executor;
    auto done = std::make_shared<asio::steady_timer>(executor, patience);
    asio::co_spawn(executor, refresh(done), asio::detached);
    boost::system::error_code cancelled;
    if (reading_) co_await done->async_wait(asio::redirect_error(asio::use_awaitable, cancelled));
    co_return last_;
}

asio::awaitable<void> CompletenessMeter::refresh(std::shared_ptr<asio::steady_timer> done)
{
    try {
        last_ = co_await reconciliation_.completeness();
    }
    catch (const std::exception&) { // away, or its schema is not there yet: the last reading stays
    }
    reading_ = false;
    done->cancel();
}

} // namespace waybill::api
