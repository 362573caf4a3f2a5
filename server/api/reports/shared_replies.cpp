#include "server/api/reports/shared_replies.hpp"

#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <optional>

namespace waybill::api
{

namespace
{

using Clock = std::chrono::steady_clock;

constexpr std::chrono::seconds kept_for{1};
constexpr std::chrono::seconds patience{20}; // then each waiting request makes its own

} // namespace

struct SharedReplies::Entry
{
    explicit Entry(asio::any_io_executor executor) : made(executor, patience) {}

    std::optional<http::Response> response;
    Clock::time_point old_at = Clock::time_point::max(); // while it is being made
    asio::steady_timer made;                             // cancelled when the reply is made, or never will be
};

asio::awaitable<http::Response> SharedReplies::reply(std::string key, Make make)
{
    forget_old();
    while (const std::shared_ptr<Entry> entry = find(key)) {
        boost::system::error_code cancelled;
        if (!entry->response) co_await entry->made.async_wait(asio::redirect_error(asio::use_awaitable, cancelled));
        if (entry->response) co_return *entry->response;
        if (find(key) == entry) break; // making it takes too long
    }
    const auto executor = co_await asio::this_coro::executor;
    const auto entry = std::make_shared<Entry>(executor);
    entries_[key] = entry;
    // Also when it throws, or when its client has left.
    const std::shared_ptr<void> at_the_end(nullptr, [this, key, entry](void*) {
        entry->made.cancel();
        if (!entry->response && find(key) == entry) entries_.erase(key);
    });
    entry->response = co_await make();
    entry->old_at = Clock::now() + kept_for;
    co_return *entry->response;
}

std::shared_ptr<SharedReplies::Entry> SharedReplies::find(const std::string& key) const
{
    const auto found = entries_.find(key);
    return found == entries_.end() ? nullptr : found->second;
}

void SharedReplies::forget_old()
{
    const auto now = Clock::now();
    std::erase_if(entries_, [now](const auto& each) { return each.second->old_at <= now; });
}

} // namespace waybill::api
