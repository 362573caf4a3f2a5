#pragma once

#include "server/http/router.hpp"

#include <boost/asio/awaitable.hpp>

namespace waybill::api
{

namespace asio = boost::asio;

// The pages for people, out of the binary: `/` and what it needs under `/assets/`. They need no database.
class DashboardRoutes
{
public:
    void add_to(http::Router& router);

private:
    asio::awaitable<http::Response> page(http::Request request);
    asio::awaitable<http::Response> asset(http::Request request);
};

} // namespace waybill::api
