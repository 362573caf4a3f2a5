#pragma once

#include <boost/asio/associated_executor.hpp>
#include <boost/asio/async_result.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/thread_pool.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <atomic>
#include <cstddef>
#include <exception>
#include <functional>
#include <sys/resource.h>
#include <utility>

namespace waybill::db
{

namespace asio = boost::asio;

// A few threads for blocking work. A job that was posted always runs; the destructor waits for it.
class Threads
{
public:
    // `niceness`: of the threads, above that of the process.
    explicit Threads(int count, int niceness = 0) : niceness_(niceness), pool_(static_cast<std::size_t>(count)) {}
    ~Threads() { pool_.join(); }

    std::size_t waiting() const { return waiting_; } // jobs queued or running

    // Runs the job on one of the threads and resumes the caller on its own executor; throws what the job threw.
    asio::awaitable<void> run(std::function<void()> job)
    {
        auto initiate = [this](auto handler, std::function<void()> task) {
            auto executor = asio::get_associated_executor(handler);
            auto guard = asio::make_work_guard(executor);
            ++waiting_;
            asio::post(pool_, [this, task = std::move(task), handler = std::move(handler), executor,
                               guard = std::move(guard)]() mutable {
                std::exception_ptr error;
                be_nice();
                try {
                    task();
                }
                catch (...) {
                    error = std::current_exception();
                }
                task = nullptr; // what the job holds dies here, not on the loop
                --waiting_;
                // The guard travels along: without it the loop may end, so it must not be released on this thread.
                asio::post(executor, [handler = std::move(handler), error, guard = std::move(guard)]() mutable {
                    handler(error);
                });
            });
        };
        co_await asio::async_initiate<const asio::use_awaitable_t<>, void(std::exception_ptr)>(
            initiate, asio::use_awaitable, std::move(job));
    }

private:
    // Linux knows a niceness per thread.
    void be_nice() const
    {
        if (niceness_ == 0) return;
        static thread_local const int done = ::setpriority(PRIO_PROCESS, 0, ::getpriority(PRIO_PROCESS, 0) + niceness_);
        static_cast<void>(done);
    }

    const int niceness_;
    std::atomic<std::size_t> waiting_{0};
    asio::thread_pool pool_;
};

} // namespace waybill::db
