#pragma once

#include "server/http/message.hpp"

#include <boost/asio/awaitable.hpp>

#include <string_view>

// The document at /api/openapi.json and its viewer at /api/docs.
namespace waybill::api
{

// embed.cmake writes these.
extern const std::string_view viewer_docs_html, viewer_docs_js, viewer_redoc_standalone_js_gz;

boost::asio::awaitable<http::Response> openapi_json(http::Request request);
boost::asio::awaitable<http::Response> docs_page(http::Request request);
boost::asio::awaitable<http::Response> docs_file(http::Request request);

} // namespace waybill::api
