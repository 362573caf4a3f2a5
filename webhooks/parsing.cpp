#include "webhooks/parsing.hpp"

#include "db/postgres/storable_text.hpp"
#include "webhooks/form.hpp"
#include "webhooks/opt_out_wishes.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>
#include <utility>
#include <vector>

namespace waybill::webhooks
{

namespace
{

constexpr std::size_t message_sid_size = 34;
constexpr std::string_view message_sid = "MessageSid";
constexpr std::string_view account_sid = "AccountSid";

bool is_hexadecimal(char digit)
{
    return (digit >= '0' && digit <= '9') || (digit >= 'a' && digit <= 'f') || (digit >= 'A' && digit <= 'F');
}

bool is_name_of_message(std::string_view name)
{
    return name == message_sid || name == "SmsSid" || name == "SmsMessageSid";
}

bool hides_a_sid(std::string_view text)
{
    return text.find(message_sid) != std::string_view::npos;
}

} // namespace

bool is_message_sid(std::string_view text)
{
    if (text.size() != message_sid_size || (!text.starts_with("SM") && !text.starts_with("MM"))) return false;
    return std::all_of(text.begin() + 2, text.end(), is_hexadecimal);
}

bool names_one_message(const Form& form)
{
    const std::string_view message = form.value(message_sid);
    const std::string_view account = form.value(account_sid);
    if (!is_message_sid(message) || account.empty()) return false;
    return std::ranges::all_of(form.parameters, [&](const Parameter& parameter) {
        const auto& [name, value] = parameter;
        if (is_name_of_message(name)) return value == message;
        if (name == account_sid) return value == account;
        return !hides_a_sid(name) && !hides_a_sid(value);
    });
}

namespace
{

constexpr std::size_t max_column_bytes = 64;

template <class Number>
std::optional<Number> positive_number(std::string_view digits)
{
    Number number = 0;
    const char* end = digits.data() + digits.size();
    const auto [stopped, error] = std::from_chars(digits.data(), end, number);
    if (error != std::errc() || stopped != end || number < 1) return std::nullopt;
    return number;
}

std::string_view value_of_either(const Form& form, std::string_view name, std::string_view older_name)
{
    const std::string_view value = form.value(name);
    return value.empty() ? form.value(older_name) : value;
}

// The parameters that have a column of their own, as received; empty when absent.
struct Columns
{
    std::string_view message_sid;
    std::string_view status;
    std::string_view account_sid; // empty, too, when the SIDs disagree
    std::string_view raw_dlr_done_date;
    std::string_view error_code_text; // empty when it is not a number
    std::optional<int> error_code;

    explicit Columns(const Form& form)
        : message_sid(value_of_either(form, "MessageSid", "SmsSid")),
          status(value_of_either(form, "MessageStatus", "SmsStatus")),
          account_sid(names_one_message(form) ? form.value("AccountSid") : std::string_view()),
          raw_dlr_done_date(form.value("RawDlrDoneDate")),
          error_code_text(form.value("ErrorCode")),
          error_code(positive_number<int>(error_code_text))
    {
        if (!error_code) error_code_text = {};
    }

    bool hold(const Parameter& parameter) const
    {
        const std::string_view name = parameter.first;
        const std::string_view value = parameter.second;
        if (name == "MessageSid" || name == "SmsSid") return value == message_sid;
        if (name == "MessageStatus" || name == "SmsStatus") return value == status;
        if (name == "AccountSid") return value == account_sid;
        if (name == "RawDlrDoneDate") return value == raw_dlr_done_date;
        return name == "ErrorCode" && value == error_code_text;
    }
};

std::optional<Malformed> find_fault(const Columns& columns)
{
    if (columns.message_sid.empty()) return Malformed{"MessageSid is missing."};
    if (columns.status.empty()) return Malformed{"MessageStatus is missing."};
    if (columns.message_sid.size() > max_column_bytes) return Malformed{"MessageSid is longer than 64 bytes."};
    if (columns.status.size() > max_column_bytes) return Malformed{"MessageStatus is longer than 64 bytes."};
    if (columns.account_sid.size() > max_column_bytes) return Malformed{"AccountSid is longer than 64 bytes."};
    if (columns.raw_dlr_done_date.size() > max_column_bytes)
        return Malformed{"RawDlrDoneDate is longer than 64 bytes."};
    return std::nullopt;
}

std::string write_extra_json(const Form& form, const Columns& columns)
{
    std::vector<const Parameter*> extra;
    extra.reserve(form.parameters.size());
    for (const Parameter& parameter : form.parameters)
        if (!columns.hold(parameter)) extra.push_back(&parameter);
    return write_json_object(std::move(extra));
}

} // namespace

std::variant<db::Receipt, Malformed> parse_status_callback(const Form& form, const CallbackContext& context)
{
    const auto message_id = positive_number<db::MessageId>(context.message_id);
    if (!message_id) return Malformed{"The message id in the URL is not a positive number."};
    const Columns columns(form);
    if (auto fault = find_fault(columns)) return *std::move(fault);

    db::Receipt callback;
    callback.message_id = *message_id;
    callback.message_sid = db::storable(columns.message_sid);
    callback.account_sid = db::storable(columns.account_sid);
    callback.status = db::storable(columns.status);
    callback.error_code = columns.error_code;
    callback.raw_dlr_done_date = db::storable(columns.raw_dlr_done_date);
    if (context.idempotency_token.size() <= max_column_bytes)
        callback.idempotency_token = db::storable(context.idempotency_token);
    callback.extra_json = write_extra_json(form, columns);
    callback.received_at = context.received_at;
    return callback;
}

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
