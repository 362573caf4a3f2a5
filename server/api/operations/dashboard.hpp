#pragma once

#include "server/http/router.hpp"

#include <boost/asio/awaitable.hpp>

namespace waybill::api
{

namespace asio = boost::asio;

// The pages for people, out of the binary: `/`, and what it needs under `/assets/`.
asio::awaitable<http::Response> dashboard_page(http::Request request);
asio::awaitable<http::Response> dashboard_asset(http::Request request);

} // namespace waybill::api
