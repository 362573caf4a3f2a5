#pragma once

#include <span>
#include <string>
#include <string_view>

namespace waybill::twilio
{

// Who is concerned by an error code, and so what to do about it.
enum class ErrorClass
{
    retry,     // R: passes by itself; the same message may be sent later
    permanent, // P: this recipient cannot be reached
    account,   // C: configuration or account; stop sending until somebody mends it
    content    // X: this text
};

struct ErrorInfo
{
    int code;
    ErrorClass error_class;
    std::string_view meaning; // for people: starts with the words that users look up
    std::string_view advice;  // what to do
};

std::span<const ErrorInfo> all_errors(); // by code

// Unknown codes get a general entry: a refusal (21xxx) is permanent, a delivery failure (30xxx) is not retried by
// itself.
const ErrorInfo& describe_error(int code);

// "Message blocked by carrier. Pause, review the text …": meaning and advice as one text.
std::string explain_error(int code);

} // namespace waybill::twilio
