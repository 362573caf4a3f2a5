#pragma once

#include "server/api/contract/event.hpp"
#include "server/api/openapi/schema.hpp"

#include <string_view>

// What is in an event, for the document; a test holds server/events/payload.cpp against it.
namespace waybill::api
{

template <>
inline constexpr std::string_view own_schema<EventJson> =
    R"({"type":"object","required":["id","type","timestamp","data"],"properties":{
"id":{"type":"string","description":"The same in every delivery: what came before may be ignored.","examples":["evt_1774958400_17"]},
"type":{"type":"string","description":"message.accepted, sent, delivered, undelivered, failed, read, unknown, canceled; campaign.started, paused, resumed, completed, canceled; reply.received; opt_out.created, lifted; sender.paused, resumed; account.paused, resumed; budget.reached.","examples":["message.delivered"]},
"timestamp":{"type":"string","format":"date-time","description":"When it happened.","examples":["2026-03-31T12:00:00.000Z"]},
"data":{"type":"object","description":"What it is about: of a message, of a campaign, of a reply, of an opt-out, of a sender or the account, or of a daily budget. What of an erased person is gone is null.","properties":{
"id":{"type":"string","description":"A message's id.","examples":["1905875648000000017"]},
"status":{"type":"string","description":"The message's new status.","examples":["delivered"]},
"to":{"type":["string","null"],"examples":["+15550100000"]},
"from":{"type":["string","null"],"examples":["+15005550006"]},
"sid":{"type":["string","null"],"description":"Twilio's id.","examples":["SM00000000000000000000000000000001"]},
"segments":{"type":"integer","examples":[1]},
"errorCode":{"type":["integer","null"],"description":"Twilio's code.","examples":[null]},
"campaignId":{"type":["string","null"],"examples":["sms_1774958400_k3v9q2"]},
"campaignName":{"type":"string","examples":["Spring"]},
"reference":{"type":["string","null"],"description":"The client's own id.","examples":["order-4711"]},
"metadata":{"type":["object","null"],"description":"The client's own JSON object.","examples":[{"order":"A-17"}]},
"body":{"type":["string","null"],"description":"The text of a reply.","examples":["Yes please"]},
"looksLikeOptOut":{"type":"boolean","examples":[false]},
"messageId":{"type":["string","null"],"description":"The message that a reply answers.","examples":[null]},
"phone":{"type":["string","null"],"description":"Who has opted out or in again.","examples":["+15550100000"]},
"source":{"type":"string","description":"reply, operator or twilio.","examples":["reply"]},
"sender":{"type":["string","null"],"examples":["+15005550006"]},
"day":{"type":"string","format":"date","examples":["2026-03-31"]},
"principal":{"type":["string","null"],"description":"The key whose daily budget it is; null: DAILY_BUDGET.","examples":["key:shop"]},
"reason":{"type":["string","null"],"description":"A sentence for people.","examples":[null]}}}}})";

} // namespace waybill::api
