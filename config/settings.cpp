#include "config/settings.hpp"

#include "config/ascii.hpp"
#include "config/base_url.hpp"
#include "config/setting_reader.hpp"
#include "config/twilio_settings.hpp"

#include <algorithm>
#include <arpa/inet.h>
#include <array>
#include <charconv>
#include <netinet/in.h>
#include <utility>

namespace waybill::config
{

namespace
{

bool only_digits(std::string_view text)
{
    return std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
}

bool is_ip_address(const std::string& text)
{
    in_addr address{};
    in6_addr address6{};
    return ::inet_pton(AF_INET, text.c_str(), &address) == 1 || ::inet_pton(AF_INET6, text.c_str(), &address6) == 1;
}

// `postgresql://…`, `postgres://…` or libpq's `host=… dbname=…`; the database's own client reads the rest.
bool is_database_url(std::string_view text)
{
    if (text.starts_with("postgresql://") || text.starts_with("postgres://")) return true;
    const auto keyword = trimmed(text.substr(0, std::min(text.find('='), text.size())));
    return keyword.size() < text.size() && !keyword.empty() &&
           std::ranges::all_of(keyword, [](char c) { return (c >= 'a' && c <= 'z') || c == '_'; });
}

// "0.0075" -> 75
std::optional<std::int64_t> parse_price(std::string_view text)
{
    const auto point = std::min(text.find('.'), text.size());
    const auto whole = text.substr(0, point);
    auto fraction = std::string{text.substr(std::min(point + 1, text.size()))};
    if (whole.empty() || whole.size() > 3 || fraction.size() > 4) return std::nullopt;
    if (point + 1 == text.size() || !only_digits(whole) || !only_digits(fraction)) return std::nullopt;
    fraction.resize(4, '0');
    return std::stoll(std::string{whole} + fraction);
}

bool take_country_code(std::string_view text, std::string& code)
{
    if (text.starts_with('+')) text.remove_prefix(1);
    code = text;
    return !code.empty() && code.size() <= 3 && code.front() != '0' && only_digits(code);
}

bool take_price(std::string_view text, std::int64_t& price)
{
    const auto parsed = parse_price(text);
    price = parsed.value_or(price);
    return parsed.has_value();
}

bool take_rate(std::string_view text, double& rate)
{
    const auto end = text.data() + text.size();
    const auto [stop, error] = std::from_chars(text.data(), end, rate, std::chars_format::fixed);
    return error == std::errc{} && stop == end && rate >= 0.01 && rate <= 10'000;
}

// Twilio's form behind the #: lower-case keys, values of letters, digits, commas and hyphens. `off`: none.
bool take_overrides(std::string_view text, std::string& overrides)
{
    overrides = text == "off" ? "" : text;
    return std::ranges::all_of(overrides, [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '=' || c == '&' || c == ',' || c == '-';
    });
}

bool take_log_level(std::string_view text, std::string& level)
{
    constexpr std::array names = {"debug", "info", "warning", "error"};
    level = lower_case(text);
    return std::ranges::find(names, level) != names.end();
}

bool take_cors_origin(std::string_view text, std::string& origin)
{
    const auto parsed = parse_base_url(text);
    const auto* url = std::get_if<BaseUrl>(&parsed);
    origin = url != nullptr ? url->text : text;
    return text == "*" || (url != nullptr && url->path.empty());
}

std::string api_host(const TwilioSettings& twilio)
{
    const auto parsed = parse_base_url(twilio.api_base_url);
    const auto* url = std::get_if<BaseUrl>(&parsed);
    return url != nullptr ? url->host : std::string{};
}

bool is_twilio_host(std::string_view host)
{
    return host == "twilio.com" || host.ends_with(".twilio.com");
}

void read_public_base_url(SettingReader& reader, Settings& settings)
{
    constexpr auto name = "PUBLIC_BASE_URL";
    if (reader.text(name).empty()) {
        if (!settings.simulated())
            reader.fault(name,
                         "PUBLIC_BASE_URL is missing: set it to the URL at which Twilio reaches this server, such "
                         "as https://texts.example.com; receipts are posted there.");
        return;
    }
    const auto url = reader.base_url(name);
    if (!url) return;
    settings.public_base_url = url->text;
    if (url->host.find('_') != url->host.npos)
        reader.fault(name, "PUBLIC_BASE_URL must not have an underscore in its host name; Twilio refuses such URLs.");
    if (is_loopback(url->host) && settings.twilio && is_twilio_host(api_host(*settings.twilio)))
        reader.fault(name, "PUBLIC_BASE_URL points to this machine itself, where Twilio cannot reach it; set it to a "
                           "public URL, such as https://texts.example.com.");
}

void read_numbers(SettingReader& reader, Settings& settings)
{
    const auto number = [&reader]<class Number>(std::string_view name, Number& value, auto lowest, auto highest) {
        value = static_cast<Number>(reader.whole_number_or(static_cast<std::int64_t>(value), name, lowest, highest));
    };
    auto create_wait = settings.create_wait.count();
    number("PORT", settings.port, 0, 65'535);
    number("DB_THREADS", settings.db_threads, 1, 64);
    number("MAX_UPLOAD_BYTES", settings.max_upload_bytes, 1, std::int64_t{1} << 40);
    number("CREATE_WAIT_SECONDS", create_wait, 0, 300);
    number("MAX_IN_FLIGHT", settings.max_in_flight, 1, 10'000);
    number("PAUSE_FILTERED_PERCENT", settings.pause_filtered_percent, 0, 100);
    number("PAUSE_FAILED_PERCENT", settings.pause_failed_percent, 0, 100);
    settings.create_wait = std::chrono::seconds{create_wait};
    auto probe_after = std::chrono::duration_cast<std::chrono::seconds>(settings.probe_after).count();
    number("PROBE_AFTER_SECONDS", probe_after, 1, 3'600);
    settings.probe_after = std::chrono::seconds{probe_after};
    settings.lease = std::chrono::seconds{reader.whole_number_or(settings.lease.count(), "LEASE_SECONDS", 1, 3'600)};
}

void read_receipt_settings(SettingReader& reader, Settings& settings)
{
    const auto duration = [&reader]<class Duration>(std::string_view name, Duration& value, auto lowest, auto highest) {
        value = Duration(reader.whole_number_or(value.count(), name, lowest, highest));
    };
    duration("RECEIPT_DEADLINE_MS", settings.receipt_deadline, 50, 10'000);
    duration("RECEIPT_ALARM_SECONDS", settings.receipt_alarm, 0, 86'400);
    duration("RECONCILE_AFTER_SECONDS", settings.reconcile_after, 1, 30 * 86'400);
    settings.retention_days =
        static_cast<int>(reader.whole_number_or(settings.retention_days, "RETENTION_DAYS", 0, 36'500));
    settings.journal_max_bytes = static_cast<std::uint64_t>(reader.whole_number_or(
        static_cast<std::int64_t>(settings.journal_max_bytes), "JOURNAL_MAX_BYTES", 1 << 16, std::int64_t{1} << 40));
    reader.take("JOURNAL_DIR", "a directory that this server may write to", [&](const std::string& text) {
        settings.journal_dir = text;
        return true;
    });
    reader.take("RECONCILE_PER_SECOND", "a number between 0.01 and 10000",
                [&](const std::string& text) { return take_rate(text, settings.reconcile_per_second); });
    reader.take("STATUS_CALLBACK_OVERRIDES", "off, or connection overrides such as rc=5&rp=5xx,ct,rt",
                [&](const std::string& text) { return take_overrides(text, settings.status_callback_overrides); });
}

void read_texts(SettingReader& reader, Settings& settings)
{
    reader.take("DATABASE_URL",
                "a PostgreSQL URL (postgresql://user:password@host:port/name) or libpq's key=value form",
                [&](const std::string& text) { return is_database_url(settings.database_url = text); });
    reader.take("LISTEN_ADDRESS", "an IP address, such as 127.0.0.1 (this machine alone) or 0.0.0.0 (all addresses)",
                [&](const std::string& text) { return is_ip_address(settings.listen_address = text); });
    reader.take("DEFAULT_COUNTRY_CODE", "one to three digits, such as 1 or 44",
                [&](const std::string& text) { return take_country_code(text, settings.default_country_code); });
    reader.take("PRICE_PER_SEGMENT", "an amount in USD below 1000 with at most four decimals, such as 0.0075",
                [&](const std::string& text) { return take_price(text, settings.price_per_segment); });
    reader.take("MESSAGES_PER_SECOND", "a number between 0.01 and 10000",
                [&](const std::string& text) { return take_rate(text, settings.messages_per_second.emplace()); });
    reader.take("LOG_LEVEL", "debug, info, warning or error",
                [&](const std::string& text) { return take_log_level(text, settings.log_level); });
    reader.take("CORS_ALLOW_ORIGIN", "* or one origin without a path, such as https://app.example.com",
                [&](const std::string& text) { return take_cors_origin(text, settings.cors_allow_origin); });
}

void check_listen_address(SettingReader& reader, const Settings& settings)
{
    const std::string& address = settings.listen_address;
    const bool on_loopback = is_any_address(address) || is_loopback(address);
    if (!settings.twilio && is_ip_address(address) && !on_loopback)
        reader.fault("LISTEN_ADDRESS",
                     "LISTEN_ADDRESS must be 127.0.0.1, or 0.0.0.0 for all addresses, as long as no "
                     "TWILIO_ACCOUNT_SID is set: the built-in simulator calls back on this machine only.");
}

} // namespace

bool Settings::simulated() const
{
    return !twilio || is_loopback(api_host(*twilio));
}

std::variant<Settings, std::vector<Fault>> read_settings(const Lookup& lookup)
{
    SettingReader reader{lookup};
    Settings settings;

    auto choice = read_twilio(reader);
    settings.twilio = std::move(choice.twilio);
    settings.simulator_reason = std::move(choice.simulator_reason);
    read_public_base_url(reader, settings);

    read_numbers(reader, settings);
    read_texts(reader, settings);
    check_listen_address(reader, settings);
    read_receipt_settings(reader, settings);

    if (!reader.faults().empty()) return std::move(reader.faults());
    return settings;
}

} // namespace waybill::config
