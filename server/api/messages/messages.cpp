#include "server/api/messages/messages.hpp"

#include "server/api/contract/errors.hpp"
#include "server/api/contract/fingerprint.hpp"
#include "server/api/contract/idempotency.hpp"
#include "server/api/contract/json_text.hpp"
#include "server/api/contract/message_history_json.hpp"
#include "server/api/contract/query.hpp"

#include <utility>

namespace waybill::api
{

namespace json = boost::json;
using std::chrono::system_clock;

namespace
{

constexpr std::uint64_t largest_request = 64 * 1024;

http::Response message_not_found()
{
    return http::error_response(404, "Message not found");
}

http::Response created_response(db::CreatedMessage created)
{
    http::Response response = http::json_response(201, std::move(created.reply));
    response.headers.emplace_back("Location", "/api/messages/" + std::to_string(created.id));
    return response;
}

} // namespace

asio::awaitable<http::Response> MessageRoutes::create(http::Request request)
{
    std::string key = idempotency_key_of(request);
    if (auto refused = refuse_key(key)) co_return std::move(*refused);
    auto parsed = read_message_request(request.body, rules_, system_clock::now());
    if (auto* faulty = std::get_if<http::Response>(&parsed)) co_return std::move(*faulty);

    db::NewMessage message = new_message(std::move(std::get<MessageRequest>(parsed)), std::move(key));
    db::CreateMessageResult result = co_await single_messages_.create(std::move(message));
    if (std::holds_alternative<db::KeyConflict>(result)) co_return key_was_used();
    if (std::holds_alternative<db::RecipientOptedOut>(result))
        co_return unprocessable({{"body", "to", "has opted out of messages; nothing is sent", "opted_out"}});
    auto& created = std::get<db::CreatedMessage>(result);
    if (!created.repeated) sender_.wake();
    co_return created_response(std::move(created));
}

asio::awaitable<http::Response> MessageRoutes::one(http::Request request)
{
    const std::optional<db::MessageId> id = parse_number(request.path_values["id"]);
    if (!id) co_return message_not_found();
    const std::optional<db::MessageHistory> history = co_await messages_.find(*id);
    if (!history) co_return message_not_found();
    co_return http::json_response(200, json_text(history_json(*history, rules_.price_per_segment)));
}

db::NewMessage MessageRoutes::new_message(MessageRequest request, std::string idempotency_key) const
{
    db::NewMessage message;
    message.recipient = std::move(request.recipient);
    message.body = std::move(request.body);
    message.sender = std::move(request.sender);
    message.segments = request.segments;
    message.price_per_segment = rules_.price_per_segment;
    message.send_at = request.send_at;
    message.write_reply = [sender = message.sender, send_at = message.send_at,
                           price = rules_.price_per_segment](const db::Message& made) {
        db::MessageHistory history;
        history.message = made;
        history.sender = sender;
        history.send_at = send_at;
        return json_text(new_message_json(history, price));
    };
    if (!idempotency_key.empty())
        message.idempotency = db::IdempotencyKey{std::move(idempotency_key),
                                                 [fields = std::move(request.fields)] { return fingerprint(fields); }};
    return message;
}

} // namespace waybill::api
