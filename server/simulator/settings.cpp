#include "server/simulator/settings.hpp"

#include <algorithm>
#include <array>
#include <charconv>

namespace waybill::simulator
{

namespace
{

using Options = SimulatorOptions;

constexpr std::array settings{
    Setting{"api-latency", "milliseconds before a create is answered", &Options::api_latency},
    Setting{"callback-latency", "mean milliseconds between two statuses of a message", &Options::callback_latency},
    Setting{"undelivered-share", "end as undelivered: 30003, 30005, 30006 or 30007", &Options::undelivered_share},
    Setting{"failed-share", "are accepted, then fail with 30008", &Options::failed_share},
    Setting{"duplicate-share", "of the callbacks are posted twice", &Options::duplicate_share},
    Setting{"reorder-share", "post `sent` after the final status", &Options::reorder_share},
    Setting{"loss-share", "of the callbacks are never posted", &Options::loss_share},
    Setting{"early-share", "post the first callback before the create is answered", &Options::early_share},
    Setting{"throttle-share", "of the creates are answered 429", &Options::throttle_share},
    Setting{"error-before-share", "of the creates are answered 500, nothing accepted", &Options::error_before_share},
    Setting{"error-after-share", "of the creates are accepted, yet answered 503", &Options::error_after_share},
    Setting{"cut-before-share", "of the creates get no reply, nothing accepted", &Options::cut_before_share},
    Setting{"cut-after-share", "of the creates are accepted and get no reply", &Options::cut_after_share},
    Setting{"messaging-service-statuses", "true: accepted -> queued -> ... when a MessagingServiceSid is given",
            &Options::use_messaging_service_statuses},
    Setting{"advanced-opt-out", "true: with a service, a stopped number fails later with 21610",
            &Options::advanced_opt_out},
    Setting{"keep-alive", "true: callbacks keep their connections", &Options::keep_alive},
    Setting{"price-per-segment-micros", "in 1/1000000 USD", &Options::price_per_segment_micros},
    Setting{"inbound-url", "where inbound messages are posted to", &Options::inbound_url},
};

template <class Number>
bool read_number(const std::string& text, Number& number)
{
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    return error == std::errc{} && end == text.data() + text.size();
}

std::optional<std::string> read(const std::string& text, double& share)
{
    if (read_number(text, share) && share >= 0 && share <= 1) return std::nullopt;
    return "takes a share from 0 to 1";
}

std::optional<std::string> read(const std::string& text, std::chrono::milliseconds& time)
{
    std::int32_t count = 0;
    if (!read_number(text, count) || count < 0) return "takes a number of milliseconds";
    time = std::chrono::milliseconds(count);
    return std::nullopt;
}

std::optional<std::string> read(const std::string& text, bool& flag)
{
    if (text != "true" && text != "false") return "takes true or false";
    flag = text == "true";
    return std::nullopt;
}

std::optional<std::string> read(const std::string& text, std::int64_t& micros)
{
    std::int32_t count = 0;
    if (!read_number(text, count) || count < 0) return "takes a whole number";
    micros = count;
    return std::nullopt;
}

std::optional<std::string> read(const std::string& text, std::string& value)
{
    value = text;
    return std::nullopt;
}

} // namespace

std::span<const Setting> all_settings()
{
    return settings;
}

std::optional<std::string> assign(SimulatorOptions& options, std::string_view name, const std::string& value)
{
    const auto setting =
        std::find_if(settings.begin(), settings.end(), [name](const Setting& each) { return each.name == name; });
    if (setting == settings.end()) return "There is no setting `" + std::string(name) + "`.";
    const auto fault = std::visit([&](auto target) { return read(value, options.*target); }, setting->target);
    if (!fault) return std::nullopt;
    return "`" + std::string(name) + "` " + *fault + ", not `" + value + "`.";
}

std::variant<SimulatorOptions, std::string> with_settings(SimulatorOptions options, const webhooks::Form& form)
{
    for (const auto& [name, value] : form.parameters)
        if (auto fault = assign(options, name, value)) return *std::move(fault);
    return options;
}

} // namespace waybill::simulator
