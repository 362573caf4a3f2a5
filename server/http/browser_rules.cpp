#include "server/http/browser_rules.hpp"

#include "server/http/message.hpp"

#include <boost/asio/ip/address.hpp>
#include <boost/beast/core/string.hpp>

#include <algorithm>
#include <array>

namespace waybill::http
{

namespace
{

bool equal(std::string_view left, std::string_view right)
{
    return boost::beast::iequals(left, right);
}

std::optional<boost::asio::ip::address> address_of(std::string_view text)
{
    if (text.starts_with('[') && text.ends_with(']')) text = text.substr(1, text.size() - 2);
    boost::system::error_code error;
    auto address = boost::asio::ip::make_address(std::string(text), error);
    if (error) return std::nullopt;
    if (address.is_v6() && address.to_v6().is_v4_mapped())
        address = boost::asio::ip::make_address_v4(boost::asio::ip::v4_mapped, address.to_v6());
    return address;
}

std::string_view authority_of(std::string_view origin)
{
    const std::size_t scheme = origin.find("://");
    return scheme == std::string_view::npos ? origin : origin.substr(scheme + 3);
}

bool is_our_host(const BrowserRules& rules, const BrowserRequest& request)
{
    const std::string_view host = without_port(request.host);
    if (equal(host, "localhost")) return true;
    if (!rules.public_origin.empty() && equal(host, without_port(authority_of(rules.public_origin)))) return true;
    const auto is_it = [host](const std::string& allowed) { return equal(host, allowed); };
    if (std::ranges::any_of(rules.allowed_hosts, is_it)) return true;
    const auto address = address_of(host);
    return address && address == address_of(request.local_address);
}

bool is_listed(const BrowserRules& rules, std::string_view origin)
{
    return origin != "null" && std::ranges::any_of(rules.cors_origins, [origin](const std::string& listed) {
               return listed != "*" && equal(listed, origin);
           });
}

// A star stands for every origin where no cookie counts.
bool star_applies(const BrowserRules& rules, const BrowserRequest& request)
{
    if (*request.origin == "null" || std::ranges::find(rules.cors_origins, "*") == rules.cors_origins.end())
        return false;
    const bool signs_in = request.method == "POST" && request.path == "/api/auth/login";
    return request.method == "OPTIONS" || signs_in || request.has_bearer;
}

bool may_call(const BrowserRules& rules, const BrowserRequest& request)
{
    return is_own_origin(rules, request) || is_listed(rules, *request.origin) || star_applies(rules, request);
}

} // namespace

bool is_for_machines(std::string_view path)
{
    constexpr std::array<std::string_view, 3> pages = {"/healthz", "/readyz", "/metrics"};
    return path.starts_with("/webhooks/") || std::ranges::find(pages, path) != pages.end();
}

BrowserRequest browser_request_of(const BrowserRules& rules, const Request& request)
{
    BrowserRequest browser;
    browser.method = request.method;
    browser.path = request.path();
    browser.host = request.headers.value_or_empty("Host");
    browser.origin = request.headers.find("Origin");
    browser.fetch_site = request.headers.value_or_empty("Sec-Fetch-Site");
    browser.fetch_mode = request.headers.value_or_empty("Sec-Fetch-Mode");
    const std::string_view authorization = request.headers.value_or_empty("Authorization");
    browser.has_bearer = authorization.size() > 7 && equal(authorization.substr(0, 7), "Bearer ");
    const bool is_public = !rules.public_origin.empty() && equal(browser.host, authority_of(rules.public_origin));
    browser.https = is_public && rules.public_origin.starts_with("https://");
    if (request.connection != nullptr) {
        browser.https |= request.connection->https;
        browser.local_address = request.connection->local_address;
    }
    return browser;
}

std::string_view without_port(std::string_view host)
{
    const std::size_t bracket = host.find(']');
    const std::size_t colon = host.find(':', bracket == std::string_view::npos ? 0 : bracket);
    return host.substr(0, colon);
}

bool is_own_origin(const BrowserRules& rules, const BrowserRequest& request)
{
    if (!request.origin) return false;
    if (!rules.public_origin.empty() && equal(*request.origin, rules.public_origin)) return true;
    const std::string own = (request.https ? "https://" : "http://") + std::string(request.host);
    return equal(*request.origin, own);
}

std::optional<BrowserRefusal> refuse_browser(const BrowserRules& rules, const BrowserRequest& request)
{
    if (is_for_machines(request.path)) return std::nullopt;
    if (!request.has_bearer && !is_our_host(rules, request))
        return BrowserRefusal{421, "This server does not answer to the name in Host; if it should, add the name to "
                                   "ALLOWED_HOSTS or set PUBLIC_BASE_URL"};
    if (request.method == "OPTIONS") return std::nullopt; // what a preflight allows stands in its reply
    if (request.origin && !may_call(rules, request))
        return BrowserRefusal{403, "Pages of this origin may not call Waybill; if they should, add the origin to "
                                   "CORS_ALLOW_ORIGIN"};
    const bool is_page = request.path == "/" || request.path == "/api/docs";
    const bool opens_a_page = request.method == "GET" && request.fetch_mode == "navigate" && is_page;
    if (request.fetch_site == "cross-site" && !request.has_bearer && !request.origin && !opens_a_page)
        return BrowserRefusal{403, "Pages of other sites may not call Waybill"};
    return std::nullopt;
}

std::string cors_lines(const BrowserRules& rules, const BrowserRequest& request)
{
    if (rules.cors_origins.empty()) return {};
    std::string lines = "Vary: Origin\r\n";
    if (!request.origin || (!is_listed(rules, *request.origin) && !star_applies(rules, request))) return lines;
    if (request.origin->find_first_of("\r\n") != std::string_view::npos) return lines;
    lines.append("Access-Control-Allow-Origin: ").append(*request.origin);
    return lines.append("\r\nAccess-Control-Expose-Headers: Location, Retry-After, X-Request-Id, WWW-Authenticate\r\n");
}

} // namespace waybill::http
