#include "server/api/campaigns/test_message.hpp"

#include "server/api/contract/error_codes.hpp"
#include "server/api/contract/message.hpp"
#include "server/api/contract/request.hpp"
#include "server/api/messages/messages.hpp"
#include "server/text/phone_number.hpp"

#include <algorithm>
#include <utility>

namespace waybill::api
{

using std::chrono::system_clock;

namespace
{

// The number that `to` names.
std::string recipient_of(const CampaignForm& form, const text::RecipientRules& rules)
{
    const auto field = form.fields.find("to");
    if (field == form.fields.end()) throw http::Refusal({"body", "to", "Field required", "missing"});
    text::PhoneNumber number = text::parse_recipient(field->second, rules);
    if (!number)
        throw http::Refusal({"body", "to", "Invalid phone number format: " + number.error().hint, "value_error"})
            .with_code(error_code("invalid_phone_number"));
    return std::move(*number);
}

http::Refusal nobody_to_text()
{
    return http::Refusal({"body", "customerList",
                          "has no lapsed customer who could be texted, so there is no message to test", "value_error"});
}

http::Refusal too_many_tests(std::chrono::seconds retry_after)
{
    return http::Refusal(429, "At most " + std::to_string(db::max_tests_per_hour) +
                                  " test messages an hour can be sent; wait, or look at the preview")
        .with_code(error_code("too_many_tests"))
        .with_header("Retry-After", std::to_string(std::max<std::int64_t>(1, retry_after.count())));
}

} // namespace

asio::awaitable<http::Response> TestMessageRoute::send(http::Request request)
{
    std::string key = idempotency_key_of(request);
    CampaignForm form = read_campaign_form(std::move(request.form.value()), FileRule::required,
                                           rules_.numbers.default_country_code, system_clock::now());
    require_sender(request.caller, form.from.empty() ? rules_.default_sender : form.from);
    std::string number = recipient_of(form, rules_.numbers);
    co_await check_time_zone(campaigns_, form.quiet_hours);
    auto file = std::make_shared<http::SpooledFile>(std::move(form.customer_list.value().content));
    ListIntake list = intake_of(file, intake_rules(form, rules_, system_clock::now()), request.client_left);
    db::NextBatch batches = messages_of(form, std::move(list.next));
    std::optional<db::Recipient> recipient = co_await first_recipient(std::move(batches));
    if (!recipient) throw nobody_to_text();

    db::NewMessage message = message_to(std::move(number), std::move(*recipient), form.from);
    message.tester = request.caller.name.empty() ? "anyone" : request.caller.name;
    message.by = actor_of(request);
    message.creator = creator_of(request.caller);
    if (!key.empty())
        message.idempotency =
            db::IdempotencyKey{std::move(key), [fields = form.fields, file] { return fingerprint(fields, *file); }};
    db::CreateMessageResult result = co_await messages_.create(std::move(message));
    if (const auto* many = std::get_if<db::TooManyTests>(&result)) throw too_many_tests(many->retry_after);
    refuse_message(result);
    auto& created = std::get<db::CreatedMessage>(result);
    if (!created.repeated) dispatcher_.wake();
    co_return created_message(std::move(created));
}

asio::awaitable<std::optional<db::Recipient>> TestMessageRoute::first_recipient(db::NextBatch next)
{
    for (bool more = true; more;) {
        db::NextBatch copy = next;
        db::CheckedBatch checked = co_await lists_.batch(std::move(copy));
        more = checked.has_more;
        auto& recipients = checked.batch.recipients;
        const auto first = std::ranges::find_if(recipients, [](const db::Recipient& each) { return each.lapsed; });
        if (first != recipients.end()) co_return std::move(*first);
    }
    co_return std::nullopt;
}

db::NewMessage TestMessageRoute::message_to(std::string number, db::Recipient recipient, std::string sender) const
{
    db::NewMessage message;
    message.recipient = std::move(number);
    message.body = std::move(recipient.body);
    message.segments = recipient.segments;
    message.sender = std::move(sender);
    if (message.sender.empty()) message.sender = rules_.default_sender;
    message.price_per_segment = rules_.price_per_segment;
    message.day_budget = rules_.day_budget;
    message.write_reply = [sender = message.sender, row = recipient.row,
                           price = rules_.price_per_segment](const db::Message& made, std::optional<db::Time> send_at) {
        db::MessageHistory history;
        history.message = made;
        history.sender = sender;
        history.send_at = send_at;
        history.is_test = true;
        ShownTest shown{true, "", {show_new(history, price)}};
        shown.message = "A test: the message of the customer in row " + std::to_string(row) +
                        " is on its way. It counts in no campaign.";
        return to_json(shown);
    };
    return message;
}

} // namespace waybill::api
