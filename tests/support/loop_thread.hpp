#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_future.hpp>

#include <chrono>
#include <future>
#include <stdexcept>
#include <thread>
#include <type_traits>
#include <utility>

namespace waybill::test
{

namespace asio = boost::asio;

// An event loop on a thread of its own.
class LoopThread
{
public:
    LoopThread() : work_(io_.get_executor()), thread_([this] { io_.run(); }) {}
    ~LoopThread() { finish(); }
    LoopThread(const LoopThread&) = delete;
    LoopThread& operator=(const LoopThread&) = delete;

    asio::any_io_executor executor() { return io_.get_executor(); }

    // Calls the action on the loop's thread, and returns what it returned.
    template <class Action>
    auto call(Action action)
    {
        return asio::post(io_, std::packaged_task<std::invoke_result_t<Action>()>(std::move(action))).get();
    }

    // Runs the coroutine there to its end. Throws when that takes longer than a minute.
    void run(asio::awaitable<void> coroutine)
    {
        auto done = asio::co_spawn(io_, std::move(coroutine), asio::use_future);
        if (done.wait_for(std::chrono::minutes(1)) != std::future_status::ready)
            throw std::runtime_error("the coroutine did not end in a minute");
        done.get();
    }

    // Waits until the loop has run dry. What lives on it is destroyed after that, as in main.
    void finish()
    {
        work_.reset();
        if (thread_.joinable()) thread_.join();
    }

private:
    asio::io_context io_{1};
    asio::executor_work_guard<asio::io_context::executor_type> work_;
    std::thread thread_;
};

} // namespace waybill::test
