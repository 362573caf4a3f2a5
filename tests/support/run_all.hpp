#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/use_future.hpp>

#include <chrono>
#include <stdexcept>
#include <utility>
#include <vector>

namespace waybill::test
{

namespace asio = boost::asio;

// Runs coroutines side by side until the last one ends, and returns what they returned, in their order. Throws when
// that takes longer than ten seconds.
template <class Result>
std::vector<Result> run_all(asio::io_context& context, std::vector<asio::awaitable<Result>> coroutines)
{
    std::vector<std::future<Result>> futures;
    futures.reserve(coroutines.size());
    for (auto& coroutine : coroutines)
        futures.push_back(asio::co_spawn(context, std::move(coroutine), asio::use_future));

    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(60);
    std::vector<Result> results;
    context.restart();
    for (auto& future : futures) {
        while (future.wait_for(std::chrono::seconds(0)) != std::future_status::ready)
            if (context.run_one_until(deadline) == 0) throw std::runtime_error("not all coroutines ended");
        results.push_back(future.get());
    }
    return results;
}

} // namespace waybill::test
