#include "server/simulator/callback_url.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <charconv>
#include <cstdint>
#include <optional>

namespace waybill::simulator
{

namespace
{

constexpr std::size_t max_url_size = 4'000;

std::optional<int> parse_number(std::string_view text)
{
    int number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
    return number;
}

// Cuts the text up to the separator off the front of `rest`.
std::string_view take_until(std::string_view& rest, char separator)
{
    const std::size_t end = std::min(rest.find(separator), rest.size());
    const std::string_view taken = rest.substr(0, end);
    rest.remove_prefix(std::min(end + 1, rest.size()));
    return taken;
}

// 127.0.0.0/8 in its usual four numbers.
bool is_loopback_v4(std::string_view host)
{
    std::string_view rest = host;
    if (take_until(rest, '.') != "127") return false;
    for (int part = 0; part < 3; ++part) {
        const auto number = parse_number(take_until(rest, '.'));
        if (!number || *number < 0 || *number > 255) return false;
    }
    return rest.empty() && std::count(host.begin(), host.end(), '.') == 3;
}

bool is_loopback(std::string_view host)
{
    return host == "localhost" || host == "[::1]" || is_loopback_v4(host);
}

struct Authority
{
    std::string host; // lower case
    bool is_valid = true;
};

Authority parse_authority(std::string_view authority)
{
    const std::size_t bracket = authority.starts_with('[') ? authority.find(']') : 0;
    if (bracket == std::string_view::npos) return {"", false};
    const std::size_t colon = authority.find(':', bracket);
    Authority parsed{std::string(authority.substr(0, colon)), true};
    std::transform(parsed.host.begin(), parsed.host.end(), parsed.host.begin(),
                   [](unsigned char letter) { return static_cast<char>(std::tolower(letter)); });
    if (colon != std::string_view::npos) {
        const auto port = parse_number(authority.substr(colon + 1));
        parsed.is_valid = port && *port > 0 && *port < 65'536;
    }
    return parsed;
}

void apply_retry_policy(ConnectionOverrides& overrides, std::string_view policies)
{
    overrides.retries_connect = false;
    while (!policies.empty()) {
        const std::string_view policy = take_until(policies, ',');
        const bool all = policy == "all";
        overrides.retries_4xx |= all || policy == "4xx";
        overrides.retries_5xx |= all || policy == "5xx";
        overrides.retries_connect |= all || policy == "ct";
        overrides.retries_read |= all || policy == "rt";
    }
}

std::chrono::milliseconds clamped(int milliseconds, int highest)
{
    return std::chrono::milliseconds(std::clamp(milliseconds, 100, highest));
}

} // namespace

ConnectionOverrides parse_overrides(std::string_view fragment)
{
    ConnectionOverrides overrides;
    while (!fragment.empty()) {
        std::string_view value = take_until(fragment, '&');
        const std::string_view key = take_until(value, '=');
        if (key == "rp") apply_retry_policy(overrides, value);
        const auto number = parse_number(value);
        if (!number) continue;
        if (key == "ct") overrides.connect_deadline = clamped(*number, 10'000);
        if (key == "rt") overrides.read_deadline = clamped(*number, 15'000);
        if (key == "tt") overrides.total = clamped(*number, 15'000);
        if (key == "rc") overrides.retries = std::clamp(*number, 0, 5);
    }
    return overrides;
}

std::variant<CallbackUrl, std::string> parse_callback_url(std::string_view url)
{
    if (url.size() > max_url_size) return "The URL is longer than 4000 characters.";
    const bool is_printable = std::all_of(url.begin(), url.end(), [](char c) { return c > ' ' && c < 0x7F; });
    const std::size_t scheme_end = url.find("://");
    if (!is_printable || (!url.starts_with("http://") && !url.starts_with("https://")))
        return "The URL is not an absolute http or https URL.";

    std::string_view fragment = url;
    const std::string_view rest = take_until(fragment, '#').substr(scheme_end + 3);
    const std::size_t authority_end = std::min(rest.find_first_of("/?"), rest.size());
    const std::string_view authority = rest.substr(0, authority_end);
    if (authority.find('@') != std::string_view::npos)
        return "The simulator does not accept a user name or password in a URL.";
    const Authority parsed = parse_authority(authority);
    if (parsed.host.empty() || !parsed.is_valid) return "The URL has no valid host.";
    if (!is_loopback(parsed.host))
        return "The simulator posts to loopback only (127.0.0.0/8, [::1], localhost), not to '" + parsed.host + "'.";

    CallbackUrl callback;
    callback.origin = std::string(url.substr(0, scheme_end + 3)) + std::string(authority);
    callback.target = std::string(rest.substr(authority_end));
    if (!callback.target.starts_with('/')) callback.target.insert(0, 1, '/');
    callback.overrides = parse_overrides(fragment);
    return callback;
}

} // namespace waybill::simulator
