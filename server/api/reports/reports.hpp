#pragma once

#include "db/reports/reports.hpp"
#include "server/http/message.hpp"
#include "server/http/router.hpp"

#include <boost/asio/awaitable.hpp>

#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>

namespace waybill::api
{

namespace asio = boost::asio;

// A page that many people leave open costs no more than for one of them: equal requests that come at the same time, or
// within a second of the reply, share one reply.
class SharedReplies
{
public:
    using Make = std::function<asio::awaitable<http::Response>()>;

    // Throws what `make` throws; a fault is not shared.
    asio::awaitable<http::Response> reply(std::string key, Make make);

private:
    struct Entry;
    std::shared_ptr<Entry> find(const std::string& key) const;
    void forget_old();

    std::map<std::string, std::shared_ptr<Entry>> entries_;
};

// The overview of all campaigns, the course of one, and what the error codes mean.
class ReportRoutes
{
public:
    explicit ReportRoutes(db::Reports reports) : reports_(reports) {}

    asio::awaitable<http::Response> overview(http::Request request);
    asio::awaitable<http::Response> timeline(http::Request request);

private:
    asio::awaitable<std::chrono::sys_days> today_in(std::string zone); // a Refusal when there is no such zone

    db::Reports reports_;
    std::set<std::string> zones_; // that PostgreSQL knows, by requests so far
    SharedReplies shared_;
};

asio::awaitable<http::Response> error_codes(http::Request request);

} // namespace waybill::api
