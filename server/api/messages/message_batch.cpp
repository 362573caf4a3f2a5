#include "server/api/contract/error_codes.hpp"
#include "server/api/contract/message.hpp"
#include "server/api/contract/request.hpp"
#include "server/api/messages/messages.hpp"

#include <boost/json/array.hpp>
#include <boost/json/parse.hpp>

#include <memory>
#include <set>
#include <utility>

namespace waybill::api
{

namespace json = boost::json;
using std::chrono::system_clock;

namespace
{

constexpr std::size_t max_batch = 1'000;

// What becomes of a message of the batch: refused as it was read, or handed to the database.
struct Slot
{
    int status = 0; // 0: it was handed over
    std::string refusal;
};

json::array messages_in(const std::string& body)
{
    boost::system::error_code no_json;
    json::value value = json::parse(body, no_json);
    if (no_json || !value.is_object())
        throw http::Refusal(400,
                            "Send a JSON object like {\"messages\": [{\"to\": \"+15550100000\", \"body\": \"Hello\"}]}")
            .with_code(error_code("invalid_json"));
    json::value* messages = value.as_object().if_contains("messages");
    if (messages == nullptr) throw http::Refusal({"body", "messages", "Field required", "missing"});
    if (!messages->is_array() || messages->get_array().empty() || messages->get_array().size() > max_batch)
        throw http::Refusal({"body", "messages", "must be a list of 1 to 1000 messages", "list_type"});
    return std::move(messages->get_array());
}

Slot refused(const http::Refusal& refusal)
{
    return {refusal.status(), refusal.response().body};
}

struct ReadBatch
{
    std::vector<Slot> slots;              // one for each message
    std::vector<MessageRequest> requests; // one for each slot without a refusal
};

ReadBatch read_batch(const http::Request& request, const CampaignRules& rules)
{
    const db::Time now = system_clock::now();
    ReadBatch batch;
    for (const json::array given = messages_in(request.body); const json::value& each : given) {
        try {
            MessageRequest message = message_request_of(each, rules, now);
            require_sender(request.caller, message.sender);
            batch.requests.push_back(std::move(message));
            batch.slots.push_back({});
        }
        catch (const http::Refusal& refusal) {
            batch.slots.push_back(refused(refusal));
        }
    }
    return batch;
}

std::string written(int status, std::string_view member, std::string_view json)
{
    std::string text = R"({"status":)" + std::to_string(status);
    return text.append(",\"").append(member).append("\":").append(json).append("}");
}

std::string written(const db::CreateMessageResult& result, std::int64_t price)
{
    if (const auto* created = std::get_if<db::CreatedMessage>(&result)) return written(201, "message", created->reply);
    if (const auto* known = std::get_if<db::KnownReference>(&result); known != nullptr && known->message)
        return written(200, "message", to_json(show_new(*known->message, price)));
    try {
        refuse_message(result);
    }
    catch (const http::Refusal& refusal) {
        return written(refusal.status(), "error", refusal.response().body);
    }
    return written(500, "error", http::error_response(500, "The message was not made").body);
}

// The reply of the batch: a result for each message, in their order.
std::string written(const std::vector<Slot>& slots, const std::vector<db::CreateMessageResult>& results,
                    std::int64_t price)
{
    std::string text = R"({"results":[)";
    std::size_t next = 0;
    for (const Slot& slot : slots) {
        if (&slot != &slots.front()) text += ',';
        text += slot.status == 0 ? written(results.at(next++), price) : written(slot.status, "error", slot.refusal);
    }
    return text + "]}";
}

} // namespace

asio::awaitable<std::optional<std::string>> MessageRoutes::unknown_zone(std::vector<MessageRequest> requests)
{
    std::set<std::string> zones;
    for (const MessageRequest& request : requests)
        if (request.quiet_hours && !request.quiet_hours->time_zone.empty())
            zones.insert(request.quiet_hours->time_zone);
    for (const std::string& zone : zones) {
        const bool is_known = co_await campaigns_.knows_time_zone(zone);
        if (!is_known) co_return zone;
    }
    co_return std::nullopt;
}

asio::awaitable<http::Response> MessageRoutes::create_batch(http::Request request)
{
    std::string key = idempotency_key_of(request);
    ReadBatch read = read_batch(request, rules_);
    const std::optional<std::string> zone = co_await unknown_zone(read.requests);
    if (zone)
        throw http::Refusal(
            {"body", "timeZone", *zone + " is not a time zone; use a name like Europe/Rome", "value_error"});

    db::NewBatch batch;
    for (MessageRequest& each : read.requests) {
        db::NewMessage message = new_message(std::move(each), "");
        message.by = actor_of(request);
        message.creator = creator_of(request.caller);
        batch.messages.push_back(std::move(message));
    }
    if (!key.empty())
        batch.idempotency = db::IdempotencyKey{std::move(key), [body = std::move(request.body)] {
                                                   return fingerprint({{"batch", body}});
                                               }};
    batch.write_reply = [slots = std::move(read.slots),
                         price = rules_.price_per_segment](const std::vector<db::CreateMessageResult>& results) {
        return written(slots, results, price);
    };
    db::CreateBatchResult result = co_await bulk_messages_.create_all(std::move(batch));
    if (std::holds_alternative<db::KeyConflict>(result)) throw key_was_used();
    auto& created = std::get<db::CreatedBatch>(result);
    if (!created.repeated) dispatcher_.wake();
    co_return http::json_response(200, std::move(created.reply));
}

} // namespace waybill::api
