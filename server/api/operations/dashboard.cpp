#include "server/api/contract/request.hpp"
#include "server/api/operations/operations.hpp"
#include "server/dashboard/assets.hpp"

#include <algorithm>
#include <string>
#include <utility>

namespace waybill::api
{

using dashboard::Asset;

namespace
{

// No script, style or connection but our own, and in no frame.
constexpr std::string_view content_policy =
    "default-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; object-src 'none'";

const Asset* find_asset(std::string_view name)
{
    const auto assets = dashboard::all_assets();
    const auto found = std::ranges::find(assets, name, &Asset::name);
    return found == assets.end() ? nullptr : &*found;
}

http::Response response_with(const Asset& asset, const http::Request& request)
{
    const std::string tag = "\"" + std::string(asset.hash) + "\"";
    http::Response response;
    response.headers = {
        {"ETag", "W/" + tag},
        {"Cache-Control", "no-cache"}, // cached, but revalidated, so that a new version shows immediately
        {"Vary", "Accept-Encoding"},
        {"Content-Security-Policy", std::string(content_policy)}};
    if (request.headers.value_or_empty("If-None-Match").find(tag) != std::string_view::npos) {
        response.status = 304;
        return response;
    }
    response.headers.emplace_back("Content-Type", std::string(asset.content_type));
    const bool takes_gzip = request.headers.value_or_empty("Accept-Encoding").find("gzip") != std::string_view::npos;
    if (takes_gzip) response.headers.emplace_back("Content-Encoding", "gzip");
    response.body = takes_gzip ? asset.compressed : asset.content;
    return response;
}

} // namespace

asio::awaitable<http::Response> dashboard_page(http::Request request)
{
    const Asset* index = find_asset("index.html");
    co_return response_with(*index, request);
}

asio::awaitable<http::Response> dashboard_asset(http::Request request)
{
    const auto wing = request.path_values.find("wing");
    const std::string folder = wing == request.path_values.end() ? "" : wing->second + "/";
    const Asset* found = find_asset(folder + path_value(request, "name"));
    if (found == nullptr) throw http::Refusal(404, "The dashboard has no such file; reload the page");
    co_return response_with(*found, request);
}

} // namespace waybill::api
