#include "server/app/options.hpp"

#include "config/base_url.hpp"
#include "server/app/supervisor.hpp"
#include "server/text/segments.hpp"

#include <boost/algorithm/hex.hpp>

#include <algorithm>
#include <chrono>
#include <random>
#include <string_view>
#include <sys/resource.h>
#include <utility>

namespace waybill
{

namespace
{

constexpr double simulated_undelivered_share = 0.05;
constexpr std::size_t other_descriptors = 512; // than those of connections

std::string random_hex(std::size_t bytes)
{
    std::random_device random;
    std::string text(bytes, '\0');
    for (char& byte : text)
        byte = static_cast<char>(random());
    return boost::algorithm::hex_lower(text);
}

} // namespace

simulator::SimulatorOptions default_simulation()
{
    simulator::SimulatorOptions options;
    options.undelivered_share = simulated_undelivered_share;
    options.callback_latency = std::chrono::milliseconds(500);
    return options;
}

// The first pages and curl call this server by its address or as localhost; other names are settings.
http::BrowserRules browser_rules(const config::Settings& settings)
{
    http::BrowserRules rules;
    const auto parsed = config::parse_base_url(settings.public_base_url);
    if (const auto* url = std::get_if<config::BaseUrl>(&parsed))
        rules.public_origin = url->text.substr(0, url->text.size() - url->path.size());
    rules.cors_origins = settings.cors_allow_origins;
    rules.allowed_hosts = settings.allowed_hosts;
    return rules;
}

access::GateOptions gate_options(const config::Settings& settings)
{
    return {!access::why_settings_forbid_local(settings), access::local_users(), browser_rules(settings),
            settings.time_zone};
}

namespace
{

// Each connection is a descriptor. PostgreSQL, the journal and uploads need some as well.
void fit_to_descriptors(http::ServerOptions& options)
{
    rlimit limit{};
    if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
    const auto all = static_cast<std::size_t>(limit.rlim_cur);
    options.max_connections = std::min(options.max_connections, all - std::min(other_descriptors, all / 2));
    options.max_api_requests = std::min(options.max_api_requests, options.max_connections / 10 * 9);
    options.max_requests_per_address = std::min(options.max_requests_per_address, options.max_connections / 2);
}

} // namespace

http::ServerOptions server_options(const config::Settings& settings)
{
    http::ServerOptions options;
    fit_to_descriptors(options);
    options.address = settings.listen_address;
    options.port = settings.port;
    if (settings.webhook_port != 0) options.webhook_port = settings.webhook_port;
    options.trusted_proxies = settings.trusted_proxies;
    options.proxy_protocol = settings.proxy_protocol;
    options.max_uploads_bytes = settings.max_uploads_bytes;
    options.max_uploads_bytes_each = std::max(settings.max_uploads_bytes / 2, settings.max_upload_bytes);
    options.listening_sockets = inherited_sockets();
    options.browser_rules = browser_rules(settings);
    options.checks_browsers = true;
    options.logs_requests = settings.log_requests;
    return options;
}

std::string loopback_origin(const config::Settings& settings, std::uint16_t port)
{
    const std::string host = config::is_any_address(settings.listen_address) ? "127.0.0.1" : settings.listen_address;
    const bool v6 = host.find(':') != std::string::npos;
    return "http://" + (v6 ? "[" + host + "]" : host) + ":" + std::to_string(port);
}

// The built-in simulator calls back on loopback only, so it ignores a configured public URL.
std::string choose_public_base_url(const config::Settings& settings, std::uint16_t port)
{
    if (settings.twilio && !settings.public_base_url.empty()) return settings.public_base_url;
    return loopback_origin(settings, port);
}

simulator::SimulatorOptions simulator_options(simulator::SimulatorOptions options)
{
    options.seed = std::random_device{}();
    options.account_sid = "AC" + random_hex(16);
    options.auth_token = random_hex(16);
    options.count_segments = [](std::string_view body) { return static_cast<int>(text::segment(body).segments); };
    return options;
}

config::TwilioSettings account_of(const simulator::SimulatorOptions& options, const simulator::Simulator& simulator)
{
    config::TwilioSettings settings;
    settings.account_sid = options.account_sid;
    settings.auth_tokens = {options.auth_token};
    settings.phone_number = "+15005550006"; // the number that Twilio's test credentials accept
    settings.api_base_url = simulator.origin();
    return settings;
}

http::ClientOptions client_options(const config::Settings& settings)
{
    http::ClientOptions options;
    options.max_connections = static_cast<std::size_t>(settings.max_in_flight);
    return options;
}

sending::SenderRates sender_rates(const config::Settings& settings)
{
    return sending::SenderRates(settings.messages_per_second, settings.simulated());
}

namespace
{

std::optional<db::DayBudget> day_budget(const config::Settings& settings)
{
    if (!settings.daily_budget) return std::nullopt;
    return db::DayBudget{*settings.daily_budget, settings.time_zone};
}

} // namespace

sending::DispatcherOptions sender_options(const config::Settings& settings, const std::string& public_base_url)
{
    sending::DispatcherOptions options;
    options.public_base_url = public_base_url;
    options.callback_overrides = settings.status_callback_overrides;
    options.rates = sender_rates(settings);
    options.probe_after = settings.probe_after;
    options.day_budget = day_budget(settings);
    options.max_in_flight = settings.max_in_flight;
    options.lease = settings.lease;
    return options;
}

tracking::GuardLimits guard_limits(const config::Settings& settings)
{
    tracking::GuardLimits limits;
    limits.filtered_percent = settings.pause_filtered_percent;
    limits.failed_percent = settings.pause_failed_percent;
    return limits;
}

tracking::ReconcilerOptions reconciler_options(const config::Settings& settings)
{
    tracking::ReconcilerOptions options;
    options.after = settings.reconcile_after;
    options.per_second = settings.reconcile_per_second;
    return options;
}

events::DeliveryOptions delivery_options(const config::Settings& settings)
{
    events::DeliveryOptions options;
    options.retries = settings.event_retries;
    options.answer_deadline = settings.event_deadline;
    options.lease = settings.event_lease;
    options.allows_private = settings.allow_private_endpoints;
    options.retention_days = settings.event_retention_days;
    options.user_agent = "Waybill/" WAYBILL_VERSION;
    return options;
}

notify::MailOptions mail_options(const config::Settings& settings)
{
    return {settings.smtp_url, settings.smtp_user, settings.smtp_password, settings.smtp_from,
            settings.allow_clear_text};
}

notify::NotifierOptions notifier_options(const config::Settings& settings)
{
    notify::NotifierOptions options;
    options.mail = mail_options(settings);
    options.chat.deadline = settings.event_deadline;
    options.chat.allows_private = settings.allow_private_endpoints;
    options.chat.user_agent = "Waybill/" WAYBILL_VERSION;
    options.dashboard = settings.public_base_url;
    return options;
}

text::RecipientRules recipient_rules(const config::Settings& settings)
{
    text::RecipientRules rules;
    rules.default_country_code = settings.default_country_code;
    rules.allowed_country_codes = settings.allowed_country_codes;
    rules.allow_premium = settings.allow_premium;
    return rules;
}

api::CampaignRules campaign_rules(const config::Settings& settings, const config::TwilioSettings& twilio)
{
    api::CampaignRules rules;
    rules.default_sender = twilio.phone_number;
    rules.simulated = settings.simulated();
    rules.numbers = recipient_rules(settings);
    rules.price_per_segment = settings.price_per_segment;
    rules.day_budget = day_budget(settings);
    rules.rates = sender_rates(settings);
    rules.create_wait = settings.create_wait;
    rules.max_upload_bytes = settings.max_upload_bytes;
    return rules;
}

} // namespace waybill
