#pragma once

#include "server/api/routes.hpp"
#include "server/http/message.hpp"

#include <boost/asio/awaitable.hpp>
#include <boost/json/object.hpp>

#include <span>
#include <string_view>

// The document at /api/openapi.json and its viewer at /api/docs.
namespace waybill::api
{

// Whether the document has this route; pages of the dashboard are no part of it.
bool is_documented(const Route& route);

// The OpenAPI 3.1 document of these routes.
boost::json::object make_document(std::span<const Route> routes);

// embed.cmake writes these.
extern const std::string_view viewer_docs_html, viewer_docs_js, viewer_redoc_standalone_js_gz;

boost::asio::awaitable<http::Response> openapi_json(http::Request request);
boost::asio::awaitable<http::Response> docs_page(http::Request request);
boost::asio::awaitable<http::Response> docs_file(http::Request request);

} // namespace waybill::api
