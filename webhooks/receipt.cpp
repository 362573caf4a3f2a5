#include "webhooks/receipt.hpp"

#include "db/postgres/storable_text.hpp"
#include "webhooks/form.hpp"
#include "webhooks/sids.hpp"

#include <charconv>
#include <utility>
#include <vector>

namespace waybill::webhooks
{

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

} // namespace waybill::webhooks
