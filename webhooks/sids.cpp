#include "webhooks/sids.hpp"

#include <algorithm>

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

} // namespace waybill::webhooks
