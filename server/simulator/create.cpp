#include "server/simulator/create.hpp"

#include "db/postgres/storable_text.hpp"
#include "server/simulator/callback_url.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <charconv>
#include <ctime>

namespace waybill::simulator
{

namespace
{

constexpr std::size_t max_body = 1'600; // UTF-16 units
constexpr std::chrono::seconds min_schedule{300};
constexpr std::chrono::hours max_schedule{35 * 24};

using Check = std::optional<Refusal>;

Refusal bad(int code, std::string message)
{
    return {400, code, std::move(message)};
}

std::size_t utf16_units(std::string_view utf8)
{
    std::size_t units = 0;
    for (const unsigned char byte : utf8)
        units += (byte & 0xC0) == 0x80 ? 0 : byte >= 0xF0 ? 2 : 1;
    return units;
}

// A number, a short code, or an alphanumeric sender ID.
bool is_sender(std::string_view text)
{
    if (digits_of(text)) return true;
    if (text.size() > 11) return false;
    const auto is_digit = [](unsigned char letter) { return std::isdigit(letter) != 0; };
    if (std::all_of(text.begin(), text.end(), is_digit)) return text.size() == 5 || text.size() == 6;
    return std::all_of(text.begin(), text.end(),
                       [](unsigned char letter) { return std::isalnum(letter) != 0 || letter == ' '; });
}

Check check_presence(const webhooks::Form& form)
{
    if (form.value("To").empty()) return bad(21604, "A 'To' phone number is required.");
    if (form.value("From").empty() && form.value("MessagingServiceSid").empty())
        return bad(21603, "A 'From' phone number is required.");
    if (form.value("Body").empty()) return bad(21602, "Message body is required.");
    return {};
}

Check check_sender(const std::string& from, const std::string& to)
{
    if (from.empty()) return {};
    if (from == "+15005550007" || from == "+15005550008")
        return from.back() == '8'
                   ? bad(21611, "This 'From' number has exceeded the maximum number of queued messages: " + from)
                   : bad(21606, "The 'From' phone number provided (" + from +
                                    ") is not a valid message-capable Twilio phone number for this destination.");
    if (from == "+15005550001" || !is_sender(from))
        return bad(21212,
                   "The 'From' number " + from + " is not a valid phone number, shortcode, or alphanumeric sender ID.");
    if (from == to) return bad(21211, "'To' and 'From' number cannot be the same: " + to);
    return {};
}

Check check_recipient(const std::string& to)
{
    if (to == "+15005550001" || !digits_of(to))
        return bad(21211, "The 'To' number " + to + " is not a valid phone number.");
    if (to == "+15005550002")
        return bad(21612, "Message cannot be sent with the current combination of 'To' (" + to + ") and 'From'.");
    if (to == "+15005550003")
        return bad(21408,
                   "Permission to send an SMS has not been enabled for the region indicated by the 'To' number: " + to);
    if (to == "+15005550004") return bad(21610, "Attempt to send to unsubscribed recipient");
    if (to == "+15005550009") return bad(21614, "'To' number " + to + " is not a valid mobile number");
    return {};
}

Check check_content(const NewMessage& message)
{
    if (utf16_units(message.body) > max_body || message.body.size() > 3 * max_body)
        return bad(21617, "The concatenated message body exceeds the 1600 character limit");
    if (!message.service.empty() && !is_service_sid(message.service))
        return bad(21705, "The Messaging Service Sid " + message.service + " is invalid.");
    if (message.status_callback.empty()) return {};
    const auto callback = parse_callback_url(message.status_callback);
    const auto* fault = std::get_if<std::string>(&callback);
    if (fault == nullptr) return {};
    return bad(21609, "The 'StatusCallback' URL " + message.status_callback + " is not a valid URL. " + *fault);
}

Check check_validity(std::string_view period)
{
    if (period.empty()) return {};
    int seconds = 0;
    const auto [end, error] = std::from_chars(period.data(), period.data() + period.size(), seconds);
    if (error == std::errc{} && end == period.data() + period.size() && seconds >= 1 && seconds <= 36'000) return {};
    return bad(21624, "ValidityPeriod must be between 1 and 36000 seconds.");
}

Check check_schedule(const webhooks::Form& form, NewMessage& message, Clock::time_point now)
{
    if (form.value("ScheduleType").empty()) return {};
    if (form.value("SendAt").empty()) return bad(35111, "A 'SendAt' time is required for message scheduling.");
    message.send_at = parse_iso_time(std::string(form.value("SendAt")));
    if (!message.send_at || *message.send_at < now + min_schedule || *message.send_at > now + max_schedule)
        return bad(35114, "'SendAt' must be between 300 seconds and 35 days from now.");
    if (message.service.empty()) return bad(21603, "Message scheduling needs a 'MessagingServiceSid'.");
    return {};
}

} // namespace

std::variant<NewMessage, Refusal> check_create(const webhooks::Form& form, Clock::time_point now)
{
    if (auto refused = check_presence(form)) return *std::move(refused);
    NewMessage message;
    message.to = form.value("To");
    message.from = form.value("From");
    message.service = form.value("MessagingServiceSid");
    message.body = db::storable(form.value("Body")); // valid UTF-8, as the JSON of the replies must be
    message.status_callback = form.value("StatusCallback");
    if (auto refused = check_sender(message.from, message.to)) return *std::move(refused);
    if (auto refused = check_recipient(message.to)) return *std::move(refused);
    if (auto refused = check_content(message)) return *std::move(refused);
    if (auto refused = check_validity(form.value("ValidityPeriod"))) return *std::move(refused);
    if (auto refused = check_schedule(form, message, now)) return *std::move(refused);
    return message;
}

bool is_service_sid(std::string_view text)
{
    const auto is_hex = [](unsigned char letter) { return std::isxdigit(letter) != 0; };
    return text.size() == 34 && text.starts_with("MG") && std::all_of(text.begin() + 2, text.end(), is_hex);
}

bool is_own_sender(const std::string& from)
{
    return !from.empty() && !check_sender(from, {});
}

std::optional<Clock::time_point> parse_iso_time(const std::string& text)
{
    std::tm parts{};
    const char* const rest = strptime(text.c_str(), text.size() > 10 ? "%Y-%m-%dT%H:%M:%S" : "%Y-%m-%d", &parts);
    if (rest == nullptr || (*rest != '\0' && *rest != 'Z' && *rest != '.')) return std::nullopt;
    return Clock::from_time_t(timegm(&parts));
}

} // namespace waybill::simulator
