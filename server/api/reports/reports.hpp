#pragma once

#include "db/reports/reports.hpp"
#include "server/api/contract/shared_replies.hpp"
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

    void add_to(http::Router& router, const bool& ready);

private:
    asio::awaitable<http::Response> overview(http::Request request);
    asio::awaitable<http::Response> timeline(http::Request request);

    db::Reports reports_;
    SharedReplies shared_;
};

} // namespace waybill::api
