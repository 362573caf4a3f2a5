#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

// What a browser may be made to do to us by pages that are not ours: pure decisions over a request's head.
namespace waybill::http
{

struct Request;

struct BrowserRules
{
    std::string public_origin;              // scheme://host[:port] of PUBLIC_BASE_URL; empty: not set
    std::vector<std::string> allowed_hosts; // in lower case, without a port
    std::vector<std::string> cors_origins;  // the origins whose pages may call us, or *
};

// The head of a request, as far as the checks read it.
struct BrowserRequest
{
    std::string_view method = {}, path = {};
    std::string_view host = {}; // with its port
    std::optional<std::string_view> origin = std::nullopt;
    std::string_view fetch_site = {}, fetch_mode = {}; // Sec-Fetch-Site, Sec-Fetch-Mode; empty: absent
    bool has_bearer = false;
    bool https = false;
    std::string_view local_address = {}; // on which the connection arrived
};

BrowserRequest browser_request_of(const BrowserRules& rules, const Request& request);

struct BrowserRefusal
{
    int status; // 421 or 403
    std::string sentence;
};

bool is_for_machines(std::string_view path); // webhooks and probes: the checks do not apply

// Nothing: no objection. DNS rebinding shows itself by a foreign Host, a request of a foreign page by its Origin or its
// Sec-Fetch-Site.
std::optional<BrowserRefusal> refuse_browser(const BrowserRules& rules, const BrowserRequest& request);

bool is_own_origin(const BrowserRules& rules, const BrowserRequest& request); // false without an Origin

// The CORS header lines of a reply. Access-Control-Allow-Credentials is never among them: pages of other origins use
// bearer tokens.
std::string cors_lines(const BrowserRules& rules, const BrowserRequest& request);

std::string_view without_port(std::string_view host); // brackets of IPv6 stay

} // namespace waybill::http
