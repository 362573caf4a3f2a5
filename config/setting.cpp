#include "config/setting.hpp"

#include "config/ascii.hpp"

#include <algorithm>
#include <arpa/inet.h>
#include <array>
#include <charconv>
#include <chrono>
#include <cmath>
#include <filesystem>
#include <netinet/in.h>
#include <system_error>
#include <utility>

namespace waybill::config
{

namespace
{

bool only_digits(std::string_view text)
{
    return std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
}

// "0.0075" -> 75
std::optional<std::int64_t> parse_dollars(std::string_view text, std::size_t max_digits)
{
    const auto point = std::min(text.find('.'), text.size());
    const auto whole = text.substr(0, point);
    auto fraction = std::string{text.substr(std::min(point + 1, text.size()))};
    if (whole.empty() || whole.size() > max_digits || fraction.size() > 4) return std::nullopt;
    if (point + 1 == text.size() || !only_digits(whole) || !only_digits(fraction)) return std::nullopt;
    fraction.resize(4, '0');
    return std::stoll(std::string{whole} + fraction);
}

} // namespace

SettingCheck text(std::string Settings::*member, std::string requirement, bool (*is_usable)(const std::string&))
{
    return {std::move(requirement), [member, is_usable](const std::string& text, Settings& settings) {
                settings.*member = text;
                return is_usable(text);
            }};
}

SettingCheck custom(std::string requirement, bool (*take)(const std::string& text, Settings&))
{
    return {std::move(requirement), take};
}

SettingCheck whole_number(std::int64_t lowest, std::int64_t highest, std::function<void(std::int64_t, Settings&)> store)
{
    auto requirement = "a whole number between " + std::to_string(lowest) + " and " + std::to_string(highest);
    return {std::move(requirement),
            [lowest, highest, store = std::move(store)](const std::string& text, Settings& settings) {
                std::int64_t number = 0;
                const auto end = text.data() + text.size();
                const auto [stop, error] = std::from_chars(text.data(), end, number);
                if (error != std::errc{} || stop != end || number < lowest || number > highest) return false;
                store(number, settings);
                return true;
            }};
}

SettingCheck yes_or_no(bool Settings::*member)
{
    return {"yes or no", [member](const std::string& text, Settings& settings) {
                const std::string answer = lower_case(text);
                settings.*member = answer == "yes";
                return answer == "yes" || answer == "no";
            }};
}

std::optional<double> parse_rate(std::string_view text)
{
    double rate = 0;
    const auto end = text.data() + text.size();
    const auto [stop, error] = std::from_chars(text.data(), end, rate, std::chars_format::fixed);
    if (error != std::errc{} || stop != end || !(rate >= 0.01 && rate <= 10'000)) return std::nullopt;
    return rate;
}

bool is_ip_address(const std::string& text)
{
    in_addr address{};
    in6_addr address6{};
    return ::inet_pton(AF_INET, text.c_str(), &address) == 1 || ::inet_pton(AF_INET6, text.c_str(), &address6) == 1;
}

// `postgresql://…`, `postgres://…` or libpq's `host=… dbname=…`; the database's own client checks the rest.
bool is_database_url(const std::string& text)
{
    if (text.starts_with("postgresql://") || text.starts_with("postgres://")) return true;
    const auto keyword = trimmed(std::string_view{text}.substr(0, std::min(text.find('='), text.size())));
    return keyword.size() < text.size() && !keyword.empty() &&
           std::ranges::all_of(keyword, [](char c) { return (c >= 'a' && c <= 'z') || c == '_'; });
}

namespace
{

// `44` or `+44`; whether a country has it is checked where the numbering plans are known.
std::optional<std::string> parse_country_code(std::string_view text)
{
    const auto code = text.substr(text.starts_with('+') ? 1 : 0);
    if (code.empty() || code.size() > 3 || code.front() == '0' || !only_digits(code)) return std::nullopt;
    return std::string{code};
}

} // namespace

bool take_country_code(const std::string& text, Settings& settings)
{
    const auto code = parse_country_code(text);
    if (code) settings.default_country_code = *code;
    return code.has_value();
}

bool take_allowed_country_codes(const std::string& text, Settings& settings)
{
    settings.allowed_country_codes.clear();
    for (const std::string& each : split_at_commas(text)) {
        const auto code = parse_country_code(each);
        if (!code) return false;
        settings.allowed_country_codes.push_back(*code);
    }
    return true;
}

bool take_price(const std::string& text, Settings& settings)
{
    const auto parsed = parse_dollars(text, 3);
    if (parsed) settings.price_per_segment = *parsed;
    return parsed.has_value();
}

bool take_daily_budget(const std::string& text, Settings& settings)
{
    const auto parsed = parse_dollars(text, 9);
    if (parsed.value_or(0) == 0) return false;
    settings.daily_budget = parsed;
    return true;
}

bool take_event_retries(const std::string& text, Settings& settings)
{
    constexpr double max_seconds = 7 * 86'400;
    std::vector<std::chrono::milliseconds> retries;
    for (const std::string& part : split_at_commas(text)) {
        double seconds = 0;
        const auto [end, error] = std::from_chars(part.data(), part.data() + part.size(), seconds);
        if (error != std::errc() || end != part.data() + part.size()) return false;
        if (!(seconds >= 0.01 && seconds <= max_seconds)) return false;
        retries.emplace_back(std::llround(seconds * 1000));
    }
    settings.event_retries = std::move(retries);
    return !settings.event_retries.empty();
}

// Debian's tzdata, which PostgreSQL reads as well.
bool take_time_zone(const std::string& text, Settings& settings)
{
    settings.time_zone = text;
    const bool is_name = std::ranges::all_of(text, [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-' ||
               c == '+' || c == '/';
    });
    std::error_code ignored;
    return text == "UTC" || (is_name && std::filesystem::is_regular_file("/usr/share/zoneinfo/" + text, ignored));
}

std::vector<std::string> split_at_commas(std::string_view text)
{
    std::vector<std::string> parts;
    while (!text.empty()) {
        const auto comma = std::min(text.find(','), text.size());
        if (const auto part = trimmed(text.substr(0, comma)); !part.empty()) parts.emplace_back(part);
        text.remove_prefix(std::min(comma + 1, text.size()));
    }
    return parts;
}

// Twilio's form behind the #: lower-case keys, values of letters, digits, commas and hyphens. `off`: none.
bool take_overrides(const std::string& text, Settings& settings)
{
    std::string& overrides = settings.status_callback_overrides;
    overrides = text == "off" ? "" : text;
    return std::ranges::all_of(overrides, [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '=' || c == '&' || c == ',' || c == '-';
    });
}

bool take_log_level(const std::string& text, Settings& settings)
{
    constexpr std::array names = {"debug", "info", "warning", "error"};
    settings.log_level = lower_case(text);
    return std::ranges::find(names, settings.log_level) != names.end();
}

bool take_pooler(const std::string& text, Settings& settings)
{
    const std::string pooler = lower_case(text);
    settings.has_transaction_pooler = pooler == "transaction";
    return settings.has_transaction_pooler || pooler == "none";
}

bool take_log_format(const std::string& text, Settings& settings)
{
    settings.log_format = lower_case(text);
    return settings.log_format == "text" || settings.log_format == "json";
}

namespace
{

// An origin without a path and without the / that some write behind it; nothing: not an origin.
std::optional<std::string> parse_origin(std::string_view text)
{
    if (text == "*") return "*";
    const auto parsed = parse_base_url(text);
    const auto* url = std::get_if<BaseUrl>(&parsed);
    if (url == nullptr || !url->path.empty()) return std::nullopt;
    return url->text;
}

} // namespace

bool take_cors_origins(const std::string& text, Settings& settings)
{
    std::vector<std::string> origins;
    for (const std::string& each : split_at_commas(text)) {
        const auto origin = parse_origin(each);
        if (!origin) return false;
        origins.push_back(*origin);
    }
    settings.cors_allow_origins = std::move(origins);
    return true;
}

bool take_trusted_proxies(const std::string& text, Settings& settings)
{
    settings.trusted_proxies = split_at_commas(text);
    return std::ranges::all_of(settings.trusted_proxies, [](const std::string& network) {
        const std::size_t slash = std::min(network.find('/'), network.size());
        const std::string address = network.substr(0, slash);
        if (!is_ip_address(address)) return false;
        if (slash == network.size()) return true;
        unsigned bits = 0;
        const char* end = network.data() + network.size();
        const auto [stop, error] = std::from_chars(network.data() + slash + 1, end, bits);
        return error == std::errc{} && stop == end && bits <= (address.find(':') == address.npos ? 32U : 128U);
    });
}

// Host names as they stand in requests, in lower case and without a port.
bool take_allowed_hosts(const std::string& text, Settings& settings)
{
    settings.allowed_hosts.clear();
    for (const std::string& each : split_at_commas(text)) {
        if (each.find_first_of("/:@ \t") != std::string::npos) return false;
        settings.allowed_hosts.push_back(lower_case(each));
    }
    return true;
}

std::string SettingReader::text(std::string_view name) const
{
    const auto value = lookup_(name);
    return value ? std::string{trimmed(*value)} : std::string{};
}

std::optional<BaseUrl> SettingReader::base_url(std::string_view name)
{
    const auto value = text(name);
    if (value.empty()) return std::nullopt;
    auto parsed = parse_base_url(value);
    if (auto* url = std::get_if<BaseUrl>(&parsed)) return std::move(*url);
    fault(name, std::string{name} + " " + std::get<std::string>(parsed) + ".");
    return std::nullopt;
}

void SettingReader::read(const Setting& setting, Settings& settings)
{
    const auto value = text(setting.name);
    if (value.empty() || setting.check.take(value, settings)) return;
    fault(setting.name, std::string{setting.name} + " must be " + setting.check.requirement + ".");
}

void SettingReader::fault(std::string_view name, std::string sentence)
{
    faults_.push_back({std::string{name}, std::move(sentence)});
}

} // namespace waybill::config
