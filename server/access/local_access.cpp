#include "server/access/local_access.hpp"

#include "config/base_url.hpp"
#include "config/settings.hpp"
#include "server/http/message.hpp"

#include <algorithm>
#include <charconv>
#include <cstdlib>
#include <unistd.h>
#include <variant>

namespace waybill::access
{

namespace
{

std::string lower(std::string_view text)
{
    std::string result(text);
    for (char& letter : result)
        if (letter >= 'A' && letter <= 'Z') letter = static_cast<char>(letter - 'A' + 'a');
    return result;
}

bool is_local_name(std::string_view host)
{
    const std::string name = lower(http::without_port(host));
    return name == "localhost" || name == "127.0.0.1" || name == "[::1]";
}

bool is_loopback_origin(std::string_view origin)
{
    const auto parsed = config::parse_base_url(origin);
    const auto* url = std::get_if<config::BaseUrl>(&parsed);
    return url != nullptr && config::is_loopback(url->host);
}

bool names_origin(const http::BrowserRules& rules, std::string_view origin)
{
    return std::ranges::any_of(rules.cors_origins,
                               [origin](const std::string& listed) { return lower(listed) == lower(origin); });
}

} // namespace

std::optional<std::string_view> why_settings_forbid_local(const config::Settings& settings)
{
    if (!settings.simulated()) return "Twilio is real";
    if (!config::is_loopback(settings.listen_address)) return "LISTEN_ADDRESS is not this machine alone";
    if (!settings.public_base_url.empty() && !is_loopback_origin(settings.public_base_url))
        return "PUBLIC_BASE_URL is set";
    if (settings.webhook_port != 0) return "WEBHOOK_PORT is set";
    if (!settings.trusted_proxies.empty()) return "TRUSTED_PROXIES is set";
    return std::nullopt;
}

std::vector<UserNumber> local_users()
{
    std::vector<UserNumber> users = {0, static_cast<UserNumber>(::geteuid())};
    const char* text = std::getenv("SUDO_UID");
    if (text == nullptr) return users;
    const std::string_view digits(text);
    UserNumber user = 0;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), user);
    if (error == std::errc() && end == digits.data() + digits.size()) users.push_back(user);
    return users;
}

bool was_forwarded(const http::Headers& headers)
{
    for (std::size_t index = 0; index < headers.size(); ++index) {
        const std::string name = lower(headers.at(index).first);
        if (name == "forwarded" || name == "via" || name.starts_with("x-forwarded-")) return true;
    }
    return false;
}

bool is_truly_local(const LocalFacts& facts, const std::vector<UserNumber>& users, const http::BrowserRules& rules,
                    const http::BrowserRequest& request)
{
    if (!facts.settings_allow || facts.has_principals) return false;
    if (!facts.is_loopback_peer || !facts.http_1_1 || facts.was_forwarded) return false;
    if (!facts.owner || std::ranges::find(users, *facts.owner) == users.end()) return false;
    if (!is_local_name(request.host)) return false;
    if (!request.origin || http::is_own_origin(rules, request)) return true;
    return is_loopback_origin(*request.origin) && names_origin(rules, *request.origin);
}

} // namespace waybill::access
