#include "server/simulator/replies.hpp"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include <cstdio>
#include <ctime>

namespace waybill::simulator
{

namespace json = boost::json;

namespace
{

// `Thu, 24 Aug 2023 05:01:45 +0000`; null for 0.
json::value rfc_2822(std::uint32_t unix_time)
{
    if (unix_time == 0) return nullptr;
    const std::time_t seconds = unix_time;
    std::tm parts{};
    gmtime_r(&seconds, &parts);
    char text[40];
    const std::size_t size = std::strftime(text, sizeof text, "%a, %d %b %Y %H:%M:%S +0000", &parts);
    return json::value(std::string_view(text, size));
}

json::value text_or_null(std::string_view text)
{
    return text.empty() ? json::value(nullptr) : json::value(text);
}

// A charge, as Twilio writes it: `-0.00750`.
json::value price_of(const Account& account, const Message& message)
{
    if (!message.is_priced()) return nullptr;
    const std::int64_t units = account.options.price_per_segment_micros * message.segments / 10;
    char text[40];
    const int size = std::snprintf(text, sizeof text, "-%lld.%05lld", static_cast<long long>(units / 100'000),
                                   static_cast<long long>(units % 100'000));
    return json::value(std::string_view(text, static_cast<std::size_t>(size)));
}

json::value error_code_of(const Message& message)
{
    return message.failed() ? json::value(message.life.error_code) : json::value(nullptr);
}

json::object message_object(const Account& account, const Message& message, std::uint64_t index)
{
    const std::string uri = account.uri() + "/Messages/" + account.messages.sid_of(index);
    json::object object;
    object.reserve(20);
    object["account_sid"] = account.options.account_sid;
    object["api_version"] = "2010-04-01";
    object["body"] = message.body();
    object["date_created"] = rfc_2822(message.created);
    object["date_sent"] = rfc_2822(message.sent);
    object["date_updated"] = rfc_2822(message.updated);
    object["direction"] = "outbound-api";
    object["error_code"] = error_code_of(message);
    object["error_message"] = nullptr;
    object["from"] = text_or_null(message.sender());
    object["messaging_service_sid"] = text_or_null(message.service());
    object["num_media"] = "0";
    object["num_segments"] = message.has_left_service() ? std::to_string(message.segments) : std::string("0");
    object["price"] = price_of(account, message);
    object["price_unit"] = "USD";
    object["sid"] = account.messages.sid_of(index);
    object["status"] = name_of(message.status);
    object["subresource_uris"] = json::object{{"media", uri + "/Media.json"}};
    object["to"] = message.to();
    object["uri"] = uri + ".json";
    return object;
}

} // namespace

http::Response to_response(const Refusal& refusal)
{
    json::object body;
    body["code"] = refusal.code;
    body["message"] = refusal.message;
    body["more_info"] = "https://www.twilio.com/docs/errors/" + std::to_string(refusal.code);
    body["status"] = refusal.http_status;
    http::Response response = http::json_response(refusal.http_status, json::serialize(body));
    if (refusal.http_status == 401) response.headers.emplace_back("WWW-Authenticate", "Basic realm=\"Twilio API\"");
    return response;
}

std::string message_json(const Account& account, const Message& message, std::uint64_t index)
{
    return json::serialize(message_object(account, message, index));
}

std::string account_json(const Account& account)
{
    json::object object;
    object["sid"] = account.options.account_sid;
    object["owner_account_sid"] = account.options.account_sid;
    object["friendly_name"] = "Waybill's simulated Twilio";
    object["status"] = "active";
    object["type"] = "Full";
    object["uri"] = account.uri() + ".json";
    object["subresource_uris"] = json::object{{"messages", account.uri() + "/Messages.json"}};
    return json::serialize(object);
}

std::string page_json(Account& account, const MessagePage& page, const PageLinks& links)
{
    json::array messages;
    for (const std::uint64_t index : page.indices)
        messages.push_back(message_object(account, *account.messages.find(index), index));
    const std::size_t start = links.page * links.page_size;
    json::object object;
    object["first_page_uri"] = links.first_uri;
    object["start"] = start;
    object["end"] = messages.empty() ? start : start + messages.size() - 1;
    object["messages"] = std::move(messages);
    object["next_page_uri"] = text_or_null(links.next_uri);
    object["page"] = links.page;
    object["page_size"] = links.page_size;
    object["previous_page_uri"] = nullptr;
    object["uri"] = links.uri;
    return json::serialize(object);
}

std::string ledger_line(const Account& account, const Message& message, std::uint64_t index)
{
    json::object line;
    line["sid"] = account.messages.sid_of(index);
    line["to"] = message.to();
    line["from"] = message.sender();
    line["arrived"] = message.arrived;
    line["body_length"] = message.body().size();
    line["segments"] = message.segments;
    line["status_callback"] = message.status_callback();
    line["status"] = name_of(message.status);
    line["error_code"] = error_code_of(message);
    line["callbacks_acknowledged"] = message.acknowledged;
    return json::serialize(line) + '\n';
}

std::string counters_json(const Simulator::Counters& counters)
{
    json::object object;
    object["accepted"] = counters.accepted;
    object["rejected"] = counters.rejected;
    object["throttled"] = counters.throttled;
    object["broken"] = counters.broken;
    object["callbacks_posted"] = counters.callbacks_posted;
    object["callbacks_acknowledged"] = counters.callbacks_acknowledged;
    object["callbacks_failed"] = counters.callbacks_failed;
    object["callbacks_lost"] = counters.callbacks_lost;
    object["callbacks_open"] = counters.callbacks_open;
    object["connections"] = counters.connections;
    object["tls_sessions_resumed"] = counters.tls_sessions_resumed;
    return json::serialize(object);
}

} // namespace waybill::simulator
