#include "server/twilio/client.hpp"
#include "server/twilio/reply_body.hpp"

#include <algorithm>

namespace waybill::twilio
{
namespace
{

constexpr int authentication_failed = 20003;
constexpr int too_many_requests = 20429;
constexpr int queue_full = 21611;
constexpr std::size_t max_explanation = 500;

bool is_success(const http::ClientResponse& response)
{
    return response.status / 100 == 2;
}

// Two capital letters and 32 hex digits, as every SID.
bool is_sid(std::string_view text)
{
    const auto is_capital = [](char c) { return c >= 'A' && c <= 'Z'; };
    const auto is_hex = [](char c) {
        return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
    };
    return text.size() == 34 && std::all_of(text.begin(), text.begin() + 2, is_capital) &&
           std::all_of(text.begin() + 2, text.end(), is_hex);
}

std::string status_in_words(const http::ClientResponse& response)
{
    return "Twilio answered with HTTP status " + std::to_string(response.status);
}

// Twilio's own words: classic bodies have a message, RFC 9457 ones a detail or at least a title.
std::string explanation(const http::ClientResponse& response, const ReplyBody& body)
{
    for (const auto* name : {"message", "detail", "title"}) {
        std::string text = body.text(name);
        if (!text.empty()) return text.substr(0, max_explanation);
    }
    if (const auto location = response.headers.find("Location"))
        return status_in_words(response) + ", to " + std::string(location->substr(0, max_explanation));
    return status_in_words(response);
}

// What every kind of request is refused with: empty when the reply is a success or says nothing certain.
std::variant<std::monostate, Rejected, Throttled> read_refusal(const http::ClientResponse& response,
                                                               const ReplyBody& body)
{
    if (is_success(response)) return std::monostate();
    const int code = body.integer("code").value_or(response.status == 401 ? authentication_failed : 0);
    const bool throttled = response.status == 429 && code != queue_full; // that one clears in hours, not seconds
    if (throttled || code == too_many_requests)
        return Throttled{read_retry_after(response.headers, std::chrono::system_clock::now())};
    if (response.status >= 300 && response.status < 500)
        return Rejected{response.status, code, explanation(response, body)};
    return std::monostate();
}

std::optional<int> read_segments(const ReplyObject& body)
{
    const auto count = body.integer("num_segments");
    return count && *count > 0 ? count : std::nullopt;
}

Unknown unclear(const http::ClientResponse& response)
{
    return Unknown{status_in_words(response) + (is_success(response) ? " and no message SID" : "")};
}

SendResult read_create_reply(const http::ClientResponse& response)
{
    const ReplyBody body(response.body);
    const auto refusal = read_refusal(response, body);
    if (const auto* rejected = std::get_if<Rejected>(&refusal)) return *rejected;
    if (const auto* throttled = std::get_if<Throttled>(&refusal)) return *throttled;
    std::string sid = body.text("sid");
    if (!is_success(response) || !is_sid(sid)) return unclear(response);
    return Accepted{std::move(sid), body.text("status"), read_segments(body)};
}

MessageRecord read_record(const ReplyObject& body)
{
    MessageRecord record;
    record.sid = body.text("sid");
    record.status = body.text("status");
    record.to = body.text("to");
    record.from = body.text("from");
    record.body = body.text("body");
    record.error_code = body.integer("error_code");
    record.num_segments = read_segments(body);
    if (const auto price = body.micros("price")) record.price_micros = -*price;
    record.price_unit = body.text("price_unit");
    record.date_created = body.text("date_created");
    return record;
}

FetchResult read_fetch_reply(const http::ClientResponse& response)
{
    const ReplyBody body(response.body);
    const auto refusal = read_refusal(response, body);
    if (const auto* rejected = std::get_if<Rejected>(&refusal)) return *rejected;
    if (const auto* throttled = std::get_if<Throttled>(&refusal)) return *throttled;
    if (!is_success(response) || !is_sid(body.text("sid"))) return unclear(response);
    return read_record(body);
}

// A reply without its own `uri` is not a list; records without a SID are skipped.
ListPageResult read_list_reply(const http::ClientResponse& response)
{
    const ReplyBody body(response.body);
    const auto refusal = read_refusal(response, body);
    if (const auto* rejected = std::get_if<Rejected>(&refusal)) return *rejected;
    if (const auto* throttled = std::get_if<Throttled>(&refusal)) return *throttled;
    if (!is_success(response) || body.text("uri").empty()) return Unknown{status_in_words(response) + " and no list"};
    MessageListPage page;
    for (const ReplyObject& each : body.objects("messages"))
        if (is_sid(each.text("sid"))) page.records.push_back(read_record(each));
    page.next_target = body.text("next_page_uri");
    return page;
}

} // namespace

SendResult classify_send(const http::ClientResult& result)
{
    if (const auto* response = std::get_if<http::ClientResponse>(&result)) return read_create_reply(*response);
    const auto& failure = std::get<http::ClientFailure>(result);
    if (failure.request_sent) return Unknown{failure.reason};
    return NotSent{failure.reason};
}

FetchResult classify_fetch(const http::ClientResult& result)
{
    if (const auto* response = std::get_if<http::ClientResponse>(&result)) return read_fetch_reply(*response);
    return Unknown{std::get<http::ClientFailure>(result).reason};
}

ListPageResult classify_list_page(const http::ClientResult& result)
{
    if (const auto* response = std::get_if<http::ClientResponse>(&result)) return read_list_reply(*response);
    return Unknown{std::get<http::ClientFailure>(result).reason};
}

} // namespace waybill::twilio
