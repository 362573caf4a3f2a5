#include "server/sending/sender_types.hpp"

#include <algorithm>
#include <array>

namespace waybill::sending
{

namespace
{

// Twilio's default rates, in segments a second. A number registered for the US may keep another pace than this: its
// campaign's, which only its owner knows.
constexpr SenderType long_code{"long code", 1}; // of the US or Canada
constexpr SenderType toll_free{"toll-free number", 3};
constexpr SenderType short_code{"short code", 100};
constexpr SenderType other_number{"number", 10}; // of another country
constexpr SenderType alphanumeric{"sender ID", 10};
constexpr SenderType messaging_service{"Messaging Service", 10};
constexpr double simulated_rate = 10;

constexpr std::array<std::string_view, 7> toll_free_codes{"800", "833", "844", "855", "866", "877", "888"};

} // namespace

const SenderType& type_of(std::string_view sender)
{
    if (sender.empty()) return messaging_service;
    if (sender.starts_with("+1"))
        return std::ranges::find(toll_free_codes, sender.substr(2, 3)) != toll_free_codes.end() ? toll_free : long_code;
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
