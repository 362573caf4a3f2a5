#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace waybill::twilio
{

// What an error code is about, and so what to do.
enum class ErrorClass
{
    retry,     // R: passes without action; the same message may be sent later
    permanent, // P: this recipient cannot be reached
    account,   // C: configuration or account; stop sending until an operator fixes it
    content    // X: this text
};

// What stops when a create request is refused with the code, until one gets through again. The refused message waits.
enum class Pauses
{
    nothing, // the code is the message's own
    sender,
    account,
    // The same, until a message is refused for the third time: then the code is the message's own after all.
    sender_at_first,
    account_at_first
};

struct ErrorInfo
{
    int code;
    ErrorClass error_class;
    std::string_view meaning; // for people: starts with the words that users look up
    std::string_view advice;  // what to do
    Pauses pauses = Pauses::nothing;
};

std::span<const ErrorInfo> all_errors(); // by code

// Unknown codes get a general entry: a refusal (21xxx) is permanent, a delivery failure (30xxx) is not retried
// automatically.
const ErrorInfo& describe_error(int code);

// "Message blocked by carrier. Pause, review the text …": meaning and advice as one text.
std::string explain_error(int code);

// How often Twilio reported each error. Codes that all_errors() does not hold are one count, so that their number is
// bounded.
class ErrorCounts
{
public:
    struct Count
    {
        int code = 0; // 0: all others
        std::uint64_t times = 0;
    };

    ErrorCounts() : times_(all_errors().size()) {}

    void add(int code);
    std::vector<Count> seen() const; // those that were reported, by code

private:
    std::vector<std::uint64_t> times_; // in the order of all_errors()
    std::uint64_t others_ = 0;
};

} // namespace waybill::twilio
