#pragma once

#include <optional>
#include <string_view>

namespace waybill::sending
{

// The kinds of sender that Twilio distinguishes, and the pace of each unless Twilio has raised it.
struct SenderType
{
    std::string_view name;
    double segments_per_second;
};

// `sender` as in the request's `From`; empty: a Messaging Service picks one.
const SenderType& type_of(std::string_view sender);

// The pace of each sender, in segments a second.
class SenderRates
{
public:
    // `fixed` applies to every sender. Simulated senders are not phone numbers: they all keep the same pace.
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
