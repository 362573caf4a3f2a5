#include "config/settings.hpp"

#include "config/setting.hpp"
#include "config/twilio_settings.hpp"

#include <sstream>
#include <stdexcept>
#include <string_view>
#include <utility>

namespace waybill::config
{

namespace
{

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

void check_listen_address(SettingReader& reader, const Settings& settings)
{
    const std::string& address = settings.listen_address;
    const bool on_loopback = is_any_address(address) || is_loopback(address);
    if (!settings.twilio && is_ip_address(address) && !on_loopback)
        reader.fault("LISTEN_ADDRESS",
                     "LISTEN_ADDRESS must be 127.0.0.1, or 0.0.0.0 for all addresses, as long as no "
                     "TWILIO_ACCOUNT_SID is set: the built-in simulator calls back on this machine only.");
}

void check_ports(SettingReader& reader, const Settings& settings)
{
    if (settings.webhook_port != 0 && settings.webhook_port == settings.port)
        reader.fault("WEBHOOK_PORT", "WEBHOOK_PORT must differ from PORT; leave it out to have the webhooks on PORT.");
}

void check_clear_text(SettingReader& reader, const Settings& settings)
{
    if (settings.allow_clear_text || settings.simulated()) return;
    const auto parsed = parse_base_url(settings.twilio->api_base_url);
    const auto* url = std::get_if<BaseUrl>(&parsed);
    if (url != nullptr && url->scheme == "http")
        reader.fault("TWILIO_API_BASE_URL",
                     "TWILIO_API_BASE_URL would send credentials and messages to another machine in clear text; let it "
                     "begin with https://, or set ALLOW_CLEAR_TEXT=yes.");
}

void check_proxy_protocol(SettingReader& reader, const Settings& settings)
{
    if (!settings.proxy_protocol) return;
    if (settings.trusted_proxies.empty())
        reader.fault("PROXY_PROTOCOL", "PROXY_PROTOCOL=yes needs TRUSTED_PROXIES: only they are believed.");
    if (!settings.twilio)
        reader.fault("PROXY_PROTOCOL", "PROXY_PROTOCOL=yes needs Twilio's credentials: the built-in simulator does not "
                                       "speak that protocol.");
}

// A budget that no message fits into would hold up every campaign for good.
void check_daily_budget(SettingReader& reader, const Settings& settings)
{
    constexpr std::int64_t max_segments = 24; // 1 600 characters in UCS-2
    if (settings.daily_budget && *settings.daily_budget < max_segments * settings.price_per_segment)
        reader.fault("DAILY_BUDGET", "DAILY_BUDGET must cover a message of 24 segments at PRICE_PER_SEGMENT; raise it, "
                                     "or leave it out for no limit.");
}

// `text` as comment lines, broken between words.
void write_comment(std::ostream& out, std::string_view text)
{
    constexpr std::size_t width = 118;
    while (text.size() > width) {
        const auto space = text.rfind(' ', width);
        out << "# " << text.substr(0, space) << '\n';
        text.remove_prefix(space + 1);
    }
    out << "# " << text << '\n';
}

} // namespace

Settings::Settings()
{
    for (const SettingsSection& section : settings_table())
        for (const Setting& setting : section.settings) {
            if (setting.default_text.empty() || !setting.check.take) continue;
            if (!setting.check.take(std::string{setting.default_text}, *this))
                throw std::logic_error("the default of " + std::string{setting.name} + " fails its own check");
        }
}

bool Settings::simulated() const
{
    return !twilio || is_loopback(api_host(*twilio));
}

namespace
{

// What reads an env file may keep the quotation marks that a shell would remove: `docker run --env-file` does.
void refuse_quotation_marks(SettingReader& reader)
{
    for (const SettingsSection& section : settings_table())
        for (const Setting& setting : section.settings) {
            const std::string value = reader.text(setting.name);
            const bool quoted =
                value.size() >= 2 && value.front() == value.back() && (value.front() == '"' || value.front() == '\'');
            if (quoted)
                reader.fault(setting.name, std::string{setting.name} +
                                               " has quotation marks around its value, which became part of "
                                               "it; remove them where it is set.");
        }
}

} // namespace

std::variant<Settings, std::vector<Fault>> read_settings(const Lookup& lookup)
{
    SettingReader reader{lookup};
    refuse_quotation_marks(reader);
    if (!reader.faults().empty()) return std::move(reader.faults());

    Settings settings;
    auto choice = read_twilio(reader);
    settings.twilio = std::move(choice.twilio);
    settings.simulator_reason = std::move(choice.simulator_reason);
    read_public_base_url(reader, settings);

    for (const SettingsSection& section : settings_table())
        for (const Setting& setting : section.settings)
            if (setting.check.take) reader.read(setting, settings);
    settings.secret_files = secret_files(lookup);
    check_listen_address(reader, settings);
    check_ports(reader, settings);
    check_clear_text(reader, settings);
    check_proxy_protocol(reader, settings);
    check_daily_budget(reader, settings);
    if (settings.max_uploads_bytes < settings.max_upload_bytes)
        reader.fault("MAX_UPLOADS_BYTES", "MAX_UPLOADS_BYTES must be at least MAX_UPLOAD_BYTES: it bounds all uploads "
                                          "together.");

    if (!reader.faults().empty()) return std::move(reader.faults());
    return settings;
}

std::string example_env()
{
    std::ostringstream out;
    write_comment(out,
                  "Copy this file to .env beside the README and remove the # in front of what you want to change.");
    write_comment(out, "Variables of the environment override .env. Every value below is the default.");
    write_comment(out, "Written by `waybill settings` from config/settings_table.cpp.");
    for (const SettingsSection& section : settings_table()) {
        out << "\n# --- " << section.title << " ---\n";
        for (const Setting& setting : section.settings) {
            write_comment(out, setting.help);
            out << '#' << setting.name << '=' << setting.default_text << '\n';
        }
    }
    return out.str();
}

} // namespace waybill::config
