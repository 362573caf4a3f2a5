#include "webhooks/inbound.hpp"

#include "db/postgres/storable_text.hpp"
#include "webhooks/form.hpp"
#include "webhooks/opt_out_wishes.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>
#include <vector>

namespace waybill::webhooks
{

namespace
{

constexpr std::size_t max_sid_bytes = 64;
constexpr std::size_t max_address_bytes = 256;
constexpr std::array<std::string_view, 3> sid_names{"MessageSid", "SmsSid", "SmsMessageSid"};

std::string_view find_sid(const Form& form)
{
    for (const std::string_view name : sid_names)
        if (const std::string_view sid = form.value(name); !sid.empty()) return sid;
    return {};
}

std::optional<Malformed> find_fault(const Form& form)
{
    if (find_sid(form).empty()) return Malformed{"MessageSid is missing."};
    if (form.value("From").empty()) return Malformed{"From is missing."};
    if (form.value("To").empty()) return Malformed{"To is missing."};
    if (find_sid(form).size() > max_sid_bytes) return Malformed{"MessageSid is longer than 64 bytes."};
    if (form.value("From").size() > max_address_bytes) return Malformed{"From is longer than 256 bytes."};
    if (form.value("To").size() > max_address_bytes) return Malformed{"To is longer than 256 bytes."};
    return std::nullopt;
}

// Whether the parameter has a column of its own.
bool has_column(const Form& form, const Parameter& parameter)
{
    const auto& [name, value] = parameter;
    if (std::ranges::find(sid_names, name) != sid_names.end()) return value == find_sid(form);
    return (name == "From" || name == "To" || name == "Body") && value == form.value(name);
}

std::string write_extra_json(const Form& form)
{
    std::vector<const Parameter*> extra;
    for (const Parameter& parameter : form.parameters)
        if (!has_column(form, parameter)) extra.push_back(&parameter);
    return write_json_object(std::move(extra));
}

} // namespace

std::variant<db::InboundMessage, Malformed> parse_inbound_message(const Form& form, db::Time received_at)
{
    if (auto fault = find_fault(form)) return *std::move(fault);
    db::InboundMessage message;
    message.sid = db::storable(find_sid(form));
    message.received_at = received_at;
    message.from = db::storable(form.value("From"));
    message.to = db::storable(form.value("To"));
    message.body = db::storable(form.value("Body"));
    message.keyword = read_keyword({message.body, form.value("OptOutType"), message.to});
    message.looks_like_opt_out = !message.keyword && looks_like_opt_out(message.body);
    message.extra_json = write_extra_json(form);
    return message;
}

} // namespace waybill::webhooks
