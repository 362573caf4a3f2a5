#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/use_future.hpp>

#include <chrono>
#include <stdexcept>

namespace waybill::test
{

namespace asio = boost::asio;

// Runs a coroutine on a loop of its own until it ends, and returns what it returned. Throws when it takes longer than a
// minute.
template <class Result>
Result run(asio::io_context& context, asio::awaitable<Result> coroutine)
{
    auto future = asio::co_spawn(context, std::move(coroutine), asio::use_future);
    context.restart();
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::minutes(1);
    while (future.wait_for(std::chrono::seconds(0)) != std::future_status::ready) {
        if (std::chrono::steady_clock::now() > deadline)
            throw std::runtime_error("the coroutine did not end in a minute");
        context.run_one_for(std::chrono::seconds(1));
    }
    return future.get();
}

// The same on a loop that all of a test program share: it is still there when a DB thread looks back at it.
template <class Result>
Result run(asio::awaitable<Result> coroutine)
{
    static asio::io_context context(1);
    return run(context, std::move(coroutine));
}

} // namespace waybill::test
