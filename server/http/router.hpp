#pragma once

#include "server/http/message.hpp"

#include <boost/asio/awaitable.hpp>

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace waybill::http
{

// How long the requests of a route took, from their heads to their replies, counted as Prometheus counts.
class RequestTimes
{
public:
    using Duration = std::chrono::steady_clock::duration;

    static constexpr std::array<std::chrono::microseconds, 9> bounds = {
        std::chrono::microseconds(500),  std::chrono::milliseconds(1),   std::chrono::milliseconds(5),
        std::chrono::milliseconds(25),   std::chrono::milliseconds(100), std::chrono::milliseconds(500),
        std::chrono::milliseconds(2500), std::chrono::seconds(10),       std::chrono::seconds(60)};

    void add(Duration time)
    {
        std::size_t bucket = 0;
        while (bucket < bounds.size() && time > bounds[bucket])
            ++bucket;
        ++counts_[bucket];
        sum_ += time;
    }

    const std::array<std::uint64_t, bounds.size() + 1>& counts() const { return counts_; } // the last: above all bounds
    double sum_in_seconds() const { return std::chrono::duration<double>(sum_).count(); }

private:
    std::array<std::uint64_t, bounds.size() + 1> counts_{};
    Duration sum_{0};
};

struct RouteTimes
{
    std::string_view method, pattern;
    const RequestTimes* times = nullptr;
};

// Decides by a request's head whether its body is read and its handler runs: a reply refuses it. It fills in the
// caller.
using Admission = std::function<asio::awaitable<std::optional<Response>>(Request&)>;

// The request lives until the reply is there; the handler may move from it.
using Handler = std::function<asio::awaitable<Response>(Request&&)>;

enum class BodyKind
{
    none,     // any body is read and dropped
    text,     // into Request::body, up to body_limit, else 413
    multipart // into Request::form, files spooled; up to body_limit in all, else 413
};

struct Route
{
    std::string method;  // upper case; GET also answers HEAD
    std::string pattern; // `/api/campaigns/{id}/messages`; a {name} matches one segment
    BodyKind body = BodyKind::none;
    std::uint64_t body_limit = 64 * 1024;
    Handler handler;
    Admission admit = {};             // empty: every request is welcome
    std::string_view file_field = {}; // of a multipart form: the only one that may be a file; empty: every one
    std::shared_ptr<RequestTimes> times = std::make_shared<RequestTimes>(); // of its requests
};

class Router
{
public:
    void add(Route route);

    struct Match
    {
        const Route* route = nullptr; // null: no such path (404), or not with that method (405)
        std::map<std::string, std::string, std::less<>> path_values;
        std::string allow; // without a route: the methods of the path, OPTIONS among them; empty for an unknown path
    };
    // A literal segment goes before a {name}. A {name} takes any segment that is not empty and decodes to UTF-8 without
    // a NUL. A trailing '/' counts.
    Match match(std::string_view method, std::string_view path) const;

    std::vector<RouteTimes> times() const; // of all routes; as long as the router lives

private:
    struct Entry
    {
        Route route;
        std::vector<std::string> segments;
    };
    std::string allowed_methods(std::string_view path) const;

    std::vector<Entry> entries_; // the more specific ones first
};

} // namespace waybill::http
