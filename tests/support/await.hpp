#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

#include <chrono>
#include <exception>
#include <stdexcept>
#include <utility>
#include <vector>

namespace waybill::tests
{

namespace asio = boost::asio;

// Runs the loop until every piece of work is done, and gives the results in the order of the work. Fails after ten
// seconds.
template <class Result>
std::vector<Result> await_all(asio::io_context& loop, std::vector<asio::awaitable<Result>> works)
{
    std::vector<Result> results(works.size());
    std::size_t open = works.size();
    std::exception_ptr failure;
    for (std::size_t i = 0; i < works.size(); ++i) {
        asio::co_spawn(loop, std::move(works[i]), [&, i](std::exception_ptr thrown, Result result) {
            if (thrown) failure = thrown;
            results[i] = std::move(result);
            --open;
        });
    }
    const auto patience = std::chrono::steady_clock::now() + std::chrono::seconds(10);
    loop.restart();
    while (open > 0 && loop.run_one_until(patience) > 0)
        continue;
    if (failure) std::rethrow_exception(failure);
    if (open > 0) throw std::runtime_error("not done within ten seconds");
    return results;
}

template <class Result>
Result await(asio::io_context& loop, asio::awaitable<Result> work)
{
    std::vector<asio::awaitable<Result>> works;
    works.push_back(std::move(work));
    return std::move(await_all(loop, std::move(works)).front());
}

} // namespace waybill::tests
