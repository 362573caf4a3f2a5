#include "server/simulator/parameters.hpp"

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

namespace
{

constexpr std::int64_t day = 24 * 60 * 60;
constexpr std::size_t max_page_size = 1'000;

std::optional<std::size_t> parse_count(std::string_view text)
{
    std::size_t count = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), count);
    if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
    return count;
}

// Twilio's inequalities include the day or moment that they name.
bool read_date(std::string_view name, const std::string& value, ListQuery& query)
{
    const auto time = parse_iso_time(value);
    if (!time) return false;
    const std::int64_t from = unix_seconds(*time);
    const std::int64_t until = value.size() > 10 ? from + 1 : from + day;
    if (name != "DateSent<") query.sent_from = from;
    if (name != "DateSent>") query.sent_before = until;
    return true;
}

bool read_filter(const std::string& name, const std::string& value, ListQuery& query)
{
    if (name == "From")
        query.from = value;
    else if (name == "To")
        query.to_digits = digits_of(value).value_or(0); // matches none when it is no number
    else
        return read_date(name, value, query);
    return true;
}

bool read_paging(const std::string& name, const std::string& value, ListRequest& request, const Messages& messages)
{
    if (name == "PageToken") {
        if (value.starts_with("PA")) request.query.older_than = messages.index_of(std::string_view(value).substr(2));
        return request.query.older_than.has_value();
    }
    const auto count = parse_count(value);
    if (!count) return false;
    if (name == "Page")
        request.page = *count;
    else
        request.query.page_size = std::min(*count, max_page_size);
    return request.query.page_size > 0;
}

std::string link_to(const ListRequest& request, const Account& account, std::size_t page, const std::string& token)
{
    webhooks::Form query = request.filters;
    query.parameters.emplace_back("PageSize", std::to_string(request.query.page_size));
    query.parameters.emplace_back("Page", std::to_string(page));
    if (!token.empty()) query.parameters.emplace_back("PageToken", token);
    return account.uri() + "/Messages.json?" + webhooks::write_form(query);
}

std::string token_after(std::uint64_t index, const Account& account)
{
    return "PA" + account.messages.sid_of(index);
}

} // namespace

std::optional<ListRequest> parse_list_query(std::string_view text, const Messages& messages)
{
    const auto form = webhooks::parse_form(text);
    if (!form) return std::nullopt;
    ListRequest request;
    for (const auto& [name, value] : form->parameters) {
        const bool is_filter = name == "To" || name == "From" || name.starts_with("DateSent");
        const bool is_paging = name == "PageSize" || name == "Page" || name == "PageToken";
        if (is_filter && !read_filter(name, value, request.query)) return std::nullopt;
        if (is_paging && !read_paging(name, value, request, messages)) return std::nullopt;
        if (is_filter) request.filters.parameters.emplace_back(name, value);
    }
    return request;
}

PageLinks make_links(const ListRequest& request, const MessagePage& page, const Account& account)
{
    PageLinks links;
    links.page = request.page;
    links.page_size = request.query.page_size;
    links.first_uri = link_to(request, account, 0, "");
    const auto& before = request.query.older_than;
    links.uri = link_to(request, account, request.page, before ? token_after(*before, account) : "");
    if (page.more)
        links.next_uri = link_to(request, account, request.page + 1, token_after(page.indices.back(), account));
    return links;
}

} // namespace waybill::simulator
