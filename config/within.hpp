#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <chrono>
#include <exception>
#include <memory>
#include <utility>

namespace waybill::config
{

namespace asio = boost::asio;

// Waits for the work no longer than the deadline; false: it has not ended. The work then continues to its end, and what
// it throws is lost: it must own what it uses. Throws what the work throws in time.
inline asio::awaitable<bool> within(std::chrono::milliseconds deadline, asio::awaitable<void> work)
{
    struct Progress
    {
        Progress(asio::any_io_executor executor, std::chrono::milliseconds limit) : timer(executor, limit) {}
        asio::steady_timer timer; // cancelled when the work ends
        bool ended = false;
        std::exception_ptr error;
    };
    const auto executor = co_await asio::this_coro::executor;
    const auto progress = std::make_shared<Progress>(executor, deadline);
    asio::co_spawn(executor, std::move(work), [progress](std::exception_ptr error) {
        progress->error = std::move(error);
        progress->ended = true;
        progress->timer.cancel();
    });
    boost::system::error_code cancelled;
    if (!progress->ended) co_await progress->timer.async_wait(asio::redirect_error(asio::use_awaitable, cancelled));
    if (progress->ended && progress->error) std::rethrow_exception(progress->error);
    co_return progress->ended;
}

} // namespace waybill::config
