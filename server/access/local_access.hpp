#pragma once

#include "server/http/browser_rules.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace waybill::config
{
struct Settings;
}

namespace waybill::http
{
class Headers;
}

// Whether a request that carries no credential has all permissions, because it can only come from the person who has
// just started this server.
namespace waybill::access
{

using UserNumber = unsigned; // of the operating system

// Why the settings rule local access out, for people; nothing: they do not.
std::optional<std::string_view> why_settings_forbid_local(const config::Settings& settings);

// The users of this machine who may use it: root, the one this process runs as, and the one who started it with sudo.
std::vector<UserNumber> local_users();

struct LocalFacts
{
    bool settings_allow = false;
    bool has_principals = true; // a user or a key exists
    bool is_loopback_peer = false;
    std::optional<UserNumber> owner; // of the peer's socket; nothing: it is not (or no longer) known
    bool http_1_1 = false;           // a proxy that was not configured for more speaks 1.0
    bool was_forwarded = false;      // a proxy says so
};

bool was_forwarded(const http::Headers& headers);

// Pure: whether the request is truly local.
bool is_truly_local(const LocalFacts& facts, const std::vector<UserNumber>& users, const http::BrowserRules& rules,
                    const http::BrowserRequest& request);

} // namespace waybill::access
