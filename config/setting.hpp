#pragma once

#include "config/base_url.hpp"
#include "config/env_file.hpp"
#include "config/settings.hpp"

#include <charconv>
#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace waybill::config
{

// How the text of a setting becomes a member of Settings.
struct SettingCheck
{
    std::string requirement;                                      // the end of "NAME must be …"
    std::function<bool(const std::string& text, Settings&)> take; // false: the text does not meet the requirement
};

struct Setting
{
    std::string_view name;
    std::string_view default_text; // as one would write it; empty: unset
    SettingCheck check;            // without `take`: read_settings() reads it together with others
    std::string_view help;         // what it is for; a paragraph of config/example.env
};

struct SettingsSection
{
    std::string_view title;
    std::vector<Setting> settings;
};

// Every setting, in the order of config/example.env. Ready when main() begins.
const std::vector<SettingsSection>& settings_table();

constexpr std::string_view default_api_base_url = "https://api.twilio.com";

// Text of a member that is stored as it is written.
SettingCheck text(std::string Settings::*member, std::string requirement, bool (*is_usable)(const std::string&));

// `take` parses the text and stores the result.
SettingCheck custom(std::string requirement, bool (*take)(const std::string& text, Settings&));

SettingCheck whole_number(std::int64_t lowest, std::int64_t highest,
                          std::function<void(std::int64_t, Settings&)> store);

template <class Number>
SettingCheck whole_number(Number Settings::*member, std::int64_t lowest, std::int64_t highest)
{
    return whole_number(lowest, highest, [member](std::int64_t number, Settings& settings) {
        settings.*member = static_cast<Number>(number);
    });
}

// A whole number of `Unit`, such as std::chrono::seconds.
template <class Unit, class Duration>
SettingCheck whole(Duration Settings::*member, std::int64_t lowest, std::int64_t highest)
{
    return whole_number(lowest, highest,
                        [member](std::int64_t number, Settings& settings) { settings.*member = Unit{number}; });
}

std::optional<double> parse_rate(std::string_view text);

// Things per second. The member is a double or an optional one.
template <class Rate>
SettingCheck rate(Rate Settings::*member)
{
    return {"a number between 0.01 and 10000", [member](const std::string& text, Settings& settings) {
                const auto parsed = parse_rate(text);
                if (parsed) settings.*member = *parsed;
                return parsed.has_value();
            }};
}

SettingCheck yes_or_no(bool Settings::*member);

bool is_ip_address(const std::string& text);
bool is_database_url(const std::string& text);
bool take_country_code(const std::string& text, Settings& settings);
bool take_allowed_country_codes(const std::string& text, Settings& settings);
bool take_daily_budget(const std::string& text, Settings& settings);
bool take_event_retries(const std::string& text, Settings& settings);
bool take_time_zone(const std::string& text, Settings& settings);
bool take_price(const std::string& text, Settings& settings);
bool take_overrides(const std::string& text, Settings& settings);
bool take_log_level(const std::string& text, Settings& settings);
bool take_log_format(const std::string& text, Settings& settings);
bool take_pooler(const std::string& text, Settings& settings);
bool take_cors_origins(const std::string& text, Settings& settings);
bool take_trusted_proxies(const std::string& text, Settings& settings);
bool take_allowed_hosts(const std::string& text, Settings& settings);
std::vector<std::string> split_at_commas(std::string_view text); // trimmed; empty parts are left out

// Takes values out of a Lookup, trimmed, and collects one fault for each that cannot be used.
class SettingReader
{
public:
    explicit SettingReader(const Lookup& lookup) : lookup_(lookup) {}

    std::string text(std::string_view name) const;          // empty when unset
    std::optional<BaseUrl> base_url(std::string_view name); // empty when unset or at fault
    void read(const Setting& setting, Settings& settings);  // leaves the member alone when unset

    // The sentence names the setting and says what to do.
    void fault(std::string_view name, std::string sentence);
    std::vector<Fault>& faults() { return faults_; }

private:
    const Lookup& lookup_;
    std::vector<Fault> faults_;
};

} // namespace waybill::config
