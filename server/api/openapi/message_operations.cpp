#include "server/api/contract/message.hpp"
#include "server/api/openapi/asked.hpp"
#include "server/api/openapi/operation.hpp"

namespace waybill::api
{

namespace
{

std::vector<Parameter> search_parameters()
{
    return paging_and(
        {{"recipient", schema_of<std::string>, "Only to this number; needs people:read.", "\"+15550100000\""},
         {"sender", schema_of<std::string>, "Only from this number.", "\"+15005550006\""},
         {"status", schema_of<std::string>, "Only in this status.", "\"failed\""},
         {"reference", schema_of<std::string>, "Only with this reference.", "\"order-4711\""},
         {"campaign", schema_of<std::string>, "Only of this campaign.", "\"sms_1774958400_k3v9q2\""},
         {"createdFrom", schema_of<db::Time>, "Only created at this time or later.", "\"2026-03-01T00:00:00Z\""},
         {"createdTo", schema_of<db::Time>, "Only created before this time.", "\"2026-04-01T00:00:00Z\""}});
}

const std::vector<Operation> operations_on_messages = {
    {"POST /api/messages",
     "sendMessage",
     "Messages",
     "Send one message",
     {},
     schema_of<MessageToSend>,
     {{200, schema_of<ShownHistory>, "The message that has this reference already, as it is now."},
      {201, schema_of<ShownHistory>, "The message is stored and leaves at its time."}},
     "invalid_phone_number missing_fields recipient_opted_out always_quiet budget_used_up sender_not_allowed "
     "idempotency_key_reused",
     "Idempotency-Key"},
    {"POST /api/messages/batch",
     "sendMessages",
     "Messages",
     "Send up to 1,000 messages, each with a result of its own",
     {},
     schema_of<BatchRequest>,
     {{200, schema_of<ShownBatch>, "What became of each."}},
     "missing_fields idempotency_key_reused",
     "Idempotency-Key"},
    {"GET /api/messages",
     "listMessages",
     "Messages",
     "Find messages, single ones and those of campaigns, newest first",
     search_parameters(),
     nullptr,
     {{200, schema_of<ShownFoundMessages>, "A page of messages."}},
     "invalid_phone_number"},
    {"GET /api/messages/{id}",
     "getMessage",
     "Messages",
     "See a message and its history",
     {},
     nullptr,
     {{200, schema_of<ShownHistory>, "The message."}},
     "message_not_found"},
    {"POST /api/messages/{id}/resend",
     "resendMessage",
     "Messages",
     "Send a message again that Twilio may or may not have",
     {},
     schema_of<ResendRequest>,
     {{200, schema_of<Resent>, "How many are sent again."}},
     "message_not_found campaign_state confirmation_needed message_state not_your_campaign"},
    {"GET /api/opt-outs",
     "listOptOuts",
     "People",
     "List who has opted out",
     paging_and({{"q", schema_of<std::string>, "Only numbers with these digits; needs people:read.", "\"555\""}}),
     nullptr,
     {{200, schema_of<ShownOptOuts>, "A page of numbers."}},
     ""},
    {"GET /api/opt-outs/{phone}",
     "getOptOut",
     "People",
     "See whether a number has opted out",
     {},
     nullptr,
     {{200, schema_of<ShownOptOut>, "It has."}},
     "not_opted_out invalid_phone_number"},
    {"PUT /api/opt-outs/{phone}",
     "addOptOut",
     "People",
     "Never text this number again",
     {},
     nullptr,
     {{200, schema_of<ShownOptOut>, "It had opted out before."}, {201, schema_of<ShownOptOut>, "It has now."}},
     "invalid_phone_number"},
    {"DELETE /api/opt-outs/{phone}",
     "liftOptOut",
     "People",
     "Let a number be texted again",
     {},
     nullptr,
     {{204, nullptr, "It may be texted."}},
     "not_opted_out invalid_phone_number"},
    {"GET /api/people/{number}",
     "getPerson",
     "People",
     "See all that is known of a person",
     {},
     nullptr,
     {{200, schema_of<ShownPerson>, "The person."}},
     "invalid_phone_number"},
    {"DELETE /api/people/{number}",
     "erasePerson",
     "People",
     "Erase a person",
     {},
     nullptr,
     {{200, schema_of<ShownErasure>, "What was erased."}},
     "invalid_phone_number privacy_key_missing privacy_key_differs"},
};

} // namespace

std::span<const Operation> message_operations()
{
    return operations_on_messages;
}

} // namespace waybill::api
