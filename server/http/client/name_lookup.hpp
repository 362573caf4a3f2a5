#pragma once

#include "server/http/origin.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/ip/tcp.hpp>

#include <chrono>
#include <memory>
#include <string>
#include <variant>
#include <vector>

namespace waybill::http
{

namespace asio = boost::asio;

// The addresses of one origin. Concurrent callers share one lookup, and an answer is good for a few seconds.
class NameLookup
{
public:
    using Addresses = std::vector<asio::ip::tcp::endpoint>;
    using Result = std::variant<Addresses, std::string>; // or a sentence on why there are none

    NameLookup(asio::any_io_executor executor, const Origin& origin);

    // Completes at `due` at the latest, even while the system's resolver is still trying.
    asio::awaitable<Result> find(std::chrono::steady_clock::time_point due);

private:
    struct State;
    static void start(const std::shared_ptr<State>& state);
    static asio::awaitable<Result> find(std::shared_ptr<State> state, std::chrono::steady_clock::time_point due);

    std::shared_ptr<State> state_;
};

} // namespace waybill::http
