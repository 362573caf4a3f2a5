#include "server/api/messages/messages.hpp"

#include "server/api/contract/error_codes.hpp"
#include "server/api/contract/message.hpp"
#include "server/api/contract/request.hpp"
#include "server/text/phone/time_zones.hpp"

#include <utility>

namespace waybill::api
{

using std::chrono::system_clock;

http::Response created_message(db::CreatedMessage created)
{
    http::Response response = http::json_response(201, std::move(created.reply));
    response.headers.emplace_back("Location", "/api/messages/" + std::to_string(created.id));
    return response;
}

void refuse_message(const db::CreateMessageResult& result)
{
    if (std::holds_alternative<db::KeyConflict>(result)) throw key_was_used();
    if (std::holds_alternative<db::RecipientOptedOut>(result))
        throw http::Refusal({"body", "to", "has opted out of messages; nothing is sent", "opted_out"})
            .with_code(error_code("recipient_opted_out"));
    if (const auto* over = std::get_if<db::OverDailyBudget>(&result))
        throw over_daily_budget(*over, system_clock::now());
    if (const auto* used_up = std::get_if<db::DayUsedUp>(&result)) throw day_used_up(*used_up, system_clock::now());
    if (std::holds_alternative<db::AlwaysQuiet>(result))
        throw http::Refusal({"body", "quietHours",
                             "leave no time of the day in all time zones that the number may belong to; give timeZone, "
                             "or shorter hours",
                             "value_error"})
            .with_code(error_code("always_quiet"));
}

asio::awaitable<http::Response> MessageRoutes::create(http::Request request)
{
    std::string key = idempotency_key_of(request);
    MessageRequest parsed = read_message_request(request.body, rules_, system_clock::now());
    co_await check_time_zone(campaigns_, parsed.quiet_hours);

    require_sender(request.caller, parsed.sender);
    db::NewMessage message = new_message(std::move(parsed), std::move(key));
    message.by = actor_of(request);
    message.creator = creator_of(request.caller);
    db::CreateMessageResult result = co_await single_messages_.create(std::move(message));
    if (const auto* known = std::get_if<db::KnownReference>(&result)) co_return co_await show_known(known->id);
    refuse_message(result);
    auto& created = std::get<db::CreatedMessage>(result);
    if (!created.repeated) dispatcher_.wake();
    co_return created_message(std::move(created));
}

// The reference was used before: the message that has it.
asio::awaitable<http::Response> MessageRoutes::show_known(db::MessageId id)
{
    const std::optional<db::MessageHistory> known = co_await messages_.find(id);
    if (!known) throw message_not_found();
    http::Response response = json_reply(200, show_new(*known, rules_.price_per_segment));
    response.headers.emplace_back("Location", "/api/messages/" + std::to_string(id));
    co_return response;
}

asio::awaitable<http::Response> MessageRoutes::one(http::Request request)
{
    const db::MessageHistory history = co_await message_of(messages_, request);
    co_return json_reply(200, show(history, rules_.price_per_segment));
}

db::NewMessage MessageRoutes::new_message(MessageRequest request, std::string idempotency_key) const
{
    db::NewMessage message;
    message.recipient = std::move(request.recipient);
    message.body = std::move(request.body);
    message.sender = std::move(request.sender);
    message.segments = request.segments;
    message.price_per_segment = rules_.price_per_segment;
    message.day_budget = rules_.day_budget;
    message.send_at = request.send_at;
    if (const auto& quiet = request.quiet_hours) {
        message.quiet_from = quiet->from;
        message.quiet_until = quiet->until;
        message.zones = quiet->time_zone.empty() ? text::time_zones_of(message.recipient) : quiet->time_zone;
    }
    message.labels = std::move(request.labels);
    message.write_reply = [sender = message.sender, labels = message.labels,
                           price = rules_.price_per_segment](const db::Message& made, std::optional<db::Time> send_at) {
        db::MessageHistory history;
        history.message = made;
        history.sender = sender;
        history.send_at = send_at;
        history.labels = labels;
        return to_json(show_new(history, price));
    };
    if (!idempotency_key.empty())
        message.idempotency = db::IdempotencyKey{std::move(idempotency_key),
                                                 [fields = std::move(request.fields)] { return fingerprint(fields); }};
    return message;
}

} // namespace waybill::api
