#pragma once

#include "db/reports/reports.hpp"
#include "server/api/reports/shared_replies.hpp"
#include "server/http/router.hpp"

#include <boost/asio/awaitable.hpp>

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
    db::Reports reports_;
    SharedReplies shared_;
};

asio::awaitable<http::Response> error_codes(http::Request request);

} // namespace waybill::api
