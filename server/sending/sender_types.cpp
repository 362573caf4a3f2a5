#include "server/sending/sender_types.hpp"

#include "webhooks/toll_free.hpp"

#include <algorithm>

namespace waybill::sending
{

namespace
{

// Twilio's default rates, in segments a second. A number registered for the US may have the pace of its campaign
// instead, which only its owner knows.
constexpr SenderType long_code{"long code", 1}; // of the US or Canada
constexpr SenderType toll_free{"toll-free number", 3};
constexpr SenderType short_code{"short code", 100};
constexpr SenderType other_number{"number", 10}; // of another country
constexpr SenderType alphanumeric{"sender ID", 10};
constexpr SenderType messaging_service{"Messaging Service", 10};
constexpr double simulated_rate = 10;

} // namespace

const SenderType& type_of(std::string_view sender)
{
    if (sender.empty()) return messaging_service;
    if (webhooks::is_toll_free(sender)) return toll_free;
    if (sender.starts_with("+1")) return long_code;
    if (sender.starts_with('+')) return other_number;
    const bool is_number = std::ranges::all_of(sender, [](char c) { return c >= '0' && c <= '9'; });
    return is_number ? short_code : alphanumeric;
}

double SenderRates::rate_of(std::string_view sender) const
{
    if (fixed_) return *fixed_;
    return simulated_ ? simulated_rate : type_of(sender).segments_per_second;
}

} // namespace waybill::sending
