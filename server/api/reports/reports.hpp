#pragma once

#include "db/reports/reports.hpp"
#include "server/api/reports/shared_replies.hpp"
#include "server/http/router.hpp"

#include <boost/asio/awaitable.hpp>

#include <chrono>
#include <set>
#include <string>

namespace waybill::api
{

namespace asio = boost::asio;

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
