#include "server/twilio/errors.hpp"

#include <algorithm>
#include <array>

namespace waybill::twilio
{

namespace
{

using enum ErrorClass;

// 10001, 20005, 30002 and 90010 are how Twilio reports an empty balance: each means "not active", most often for lack
// of funds.
constexpr auto errors = std::to_array<ErrorInfo>({
#include "server/twilio/errors_api.inc"
#include "server/twilio/errors_delivery.inc"
});
static_assert(std::ranges::is_sorted(errors, {}, &ErrorInfo::code));

constexpr ErrorInfo no_reason{0, permanent, "Not delivered; Twilio gave no reason",
                              "It is not retried; Twilio's log of the message may say more."};
constexpr ErrorInfo unknown_refusal{0, permanent, "Twilio refused the message",
                                    "Look the code up in Twilio's error dictionary: twilio.com/docs/api/errors."};
constexpr ErrorInfo unknown_delivery_failure{
    0, permanent, "The message was not delivered",
    "It is not retried automatically; look the code up in Twilio's error dictionary: twilio.com/docs/api/errors."};

} // namespace

std::span<const ErrorInfo> all_errors()
{
    return errors;
}

const ErrorInfo& describe_error(int code)
{
    const auto found = std::ranges::lower_bound(errors, code, {}, &ErrorInfo::code);
    if (found != errors.end() && found->code == code) return *found;
    if (code == 0) return no_reason;
    return code >= 30'000 ? unknown_delivery_failure : unknown_refusal;
}

std::string explain_error(int code)
{
    const ErrorInfo& error = describe_error(code);
    return std::string(error.meaning) + ". " + std::string(error.advice);
}

void ErrorCounts::add(int code)
{
    const auto errors = all_errors();
    const auto found = std::ranges::lower_bound(errors, code, {}, &ErrorInfo::code);
    if (found != errors.end() && found->code == code)
        ++times_[static_cast<std::size_t>(found - errors.begin())];
    else
        ++others_;
}

std::vector<ErrorCounts::Count> ErrorCounts::seen() const
{
    std::vector<Count> counts;
    if (others_ > 0) counts.push_back({0, others_});
    const auto errors = all_errors();
    for (std::size_t i = 0; i < times_.size(); ++i)
        if (times_[i] > 0) counts.push_back({errors[i].code, times_[i]});
    return counts;
}

} // namespace waybill::twilio
