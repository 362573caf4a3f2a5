#include "server/api/openapi/docs.hpp"

#include "server/api/contract/error_codes.hpp"
#include "server/api/contract/request.hpp"
#include "server/api/openapi/document.hpp"

#include <boost/json/serialize.hpp>

#include <string>

namespace waybill::api
{

namespace
{

// Redoc writes its styles into the page and searches in a worker of its own making; nothing comes from elsewhere.
constexpr std::string_view viewer_policy =
    "default-src 'none'; script-src 'self'; connect-src 'self'; style-src 'unsafe-inline'; img-src 'self' data:; "
    "worker-src blob:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

http::Response file_response(std::string_view type, std::string_view content)
{
    http::Response response;
    response.headers = {{"Content-Type", std::string(type)},
                        {"Cache-Control", "no-cache"},
                        {"Content-Security-Policy", std::string(viewer_policy)}};
    response.body = content;
    return response;
}

} // namespace

boost::asio::awaitable<http::Response> openapi_json(http::Request)
{
    static const std::string document = boost::json::serialize(make_document(all_routes()));
    http::Response response = http::json_response(200, document);
    response.headers.emplace_back("Cache-Control", "no-cache");
    co_return response;
}

boost::asio::awaitable<http::Response> docs_page(http::Request)
{
    co_return file_response("text/html; charset=utf-8", viewer_docs_html);
}

boost::asio::awaitable<http::Response> docs_file(http::Request request)
{
    constexpr std::string_view script = "text/javascript; charset=utf-8";
    const std::string name = path_value(request, "name");
    if (name == "docs.js") co_return file_response(script, viewer_docs_js);
    if (name != "redoc.js") throw http::Refusal(404, "The documentation has no such file; reload the page");
    http::Response response = file_response(script, viewer_redoc_standalone_js_gz);
    response.headers.emplace_back("Content-Encoding", "gzip"); // every browser reads it
    co_return response;
}

} // namespace waybill::api
