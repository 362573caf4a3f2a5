#pragma once

#include <optional>
#include <string_view>

namespace waybill::sending
{

// The kinds of sender that Twilio tells apart, and the pace that each keeps unless it was raised.
struct SenderType
{
    std::string_view name;
    double segments_per_second;
};

// Of a sender as it stands in `From`; empty: a Messaging Service picks one.
const SenderType& type_of(std::string_view sender);

// The pace that each sender is to keep, in segments a second.
class SenderRates
{
public:
    // `fixed` goes for every sender. Simulated ones are no phone numbers: they all keep the same pace.
    explicit SenderRates(std::optional<double> fixed = std::nullopt, bool simulated = false)
        : fixed_(fixed), simulated_(simulated)
    {
    }

    double rate_of(std::string_view sender) const;

private:
    std::optional<double> fixed_;
    bool simulated_;
};

} // namespace waybill::sending
