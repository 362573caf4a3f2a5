#include "server/api/openapi/schema.hpp"

#include <boost/json/array.hpp>
#include <boost/json/parse.hpp>

#include <algorithm>
#include <array>
#include <string>

namespace waybill::api
{

namespace json = boost::json;

namespace
{

struct Entry
{
    std::string_view name, description, example; // the example as JSON
    std::string_view values = {};                // of a request: the only ones, as a JSON array
};

constexpr auto entries = std::to_array<Entry>({
    {"accepted", "Messages that Twilio has accepted.", "3"},
    {"acceptedAt", "When Twilio accepted the message.", ""},
    {"actualCost", "What Twilio charged; null until it has reported every price.", "\"0.0225\""},
    {"advice", "What to do about it.", "\"Remove the number from the list\""},
    {"amount", "What may be spent on a day, in USD.", "\"25.0000\""},
    {"body", "The text as it is sent.", "\"Hi Ana! 20% off with SAVE20\""},
    {"budgetLeft", "What is left of `maxCost`.", "\"7.5000\""},
    {"by", "The principal who did it; empty: the person themselves.", "\"user:ana@example.com\""},
    {"campaignId", "A campaign's id.", "\"sms_1774958400_k3v9q2\""},
    {"canceled", "Messages that were canceled before they were sent.", "0"},
    {"characterCount", "Unicode code points.", "42"},
    {"claimedAt", "When its sending began.", ""},
    {"ErrorCount.code", "Twilio's code; 0: it gave none.", "30003"},
    {"ErrorCode.code", "Twilio's code.", "30003"},
    {"code", "A code that stays the same.", "\"invalid_phone_number\""},
    {"columns", "JSON that names the list's columns.",
     R"("{\"name\":\"Guest\",\"phone\":\"Mobile\",\"lastOrderDate\":\"Last visit\",\"consent\":null}")"},
    {"List.columns", "The columns that were found.",
     R"({"name":"customer_name","phone":"phone_number","lastOrderDate":"last_order_date","consent":null})"},
    {"completedAt", "When it ended.", ""},
    {"confirm", "The number of messages that may arrive twice.", "1"},
    {"confirmRepeat", "Send the same list, text and offer again within ten minutes.", "true"},
    {"cost", "What it costs, in USD.", "\"0.0075\""},
    {"createdAt", "When it was made.", ""},
    {"createdBy", "The principal who created it, as `GET /api/auth/me` names it.", "\"user:ana@example.com\""},
    {"created_at", "When the account was made.", ""},
    {"csvErrorCount", "Rows that were left out.", "1"},
    {"csvErrors", "The first rows that were left out.", ""},
    {"customerList", "The list: CSV or .xlsx.", ""},
    {"customerName", "The name in the list.", "\"Ana\""},
    {"dailyBudget", "What may be created in a day, in USD.", "\"20.0000\""},
    {"NewKeyRequest.dailyBudget", "What may be created in a day, in USD.", "\"20.00\""},
    {"KeyChangeRequest.dailyBudget", "What may be created in a day, in USD.", "\"20.00\""},
    {"System.dailyBudget", "What everything that is sent may cost on a day; null: no limit is set.", ""},
    {"data", "The row as it was, column by column.", R"({"customer_name":"Ana","phone_number":"12"})"},
    {"Creation.data", "The figures.", ""},
    {"dateOrder", "How the dates of the list are to be read.", "\"mdy\"", R"(["mdy","dmy","ymd"])"},
    {"List.dateOrder", "How the dates are read: mdy, dmy or ymd.", "\"ymd\""},
    {"day", "Of the zone that was asked for, or of UTC.", "\"2026-03-31\""},
    {"delivered", "Messages that were delivered.", "2"},
    {"deliveryRate", "A share, for people.", "\"67%\""},
    {"duplicates", "Rows with the number of an earlier row.", "0"},
    {"email", "An e-mail address.", "\"ana@example.com\""},
    {"encoding", "GSM-7 or UCS-2.", "\"GSM-7\""},
    {"error", "One sentence that says what to do.", "\"Campaign not found\""},
    {"errorCode", "Twilio's code.", "30003"},
    {"errorMeaning", "What the code means.", "\"The phone is off or out of reach\""},
    {"estimatedCost", "Segments times the price of a segment, in USD.", "\"0.0225\""},
    {"events", "What was reported about it, in the order received.", ""},
    {"expiresInDays", "1 to 3650; never if left out.", "90"},
    {"KeyChangeRequest.expiresInDays", "1 to 3650, from now on; null: never.", "90"},
    {"extra", "Whatever else was reported.", R"({"From":"+15005550006"})"},
    {"failed", "Messages that failed.", "0"},
    {"from", "The sender: E.164 or a short code.", "\"+15005550006\""},
    {"Reply.from", "Who wrote.", "\"+15550100000\""},
    {"Overview.from", "The first day.", "\"2026-03-01\""},
    {"QuietHours.from", "When they begin.", "\"21:00\""},
    {"Overview.to", "The last day.", "\"2026-03-31\""},
    {"hint", "What is wrong with the value.", "\"one digit too many\""},
    {"holdSeconds", "0 to 60: nothing is sent before, and canceling in that time stops it all.", "10"},
    {"id", "Its id.", "\"1905875648000000017\""},
    {"Account.id", "Its id.", "1"},
    {"AuditEntry.id", "Its id.", "1"},
    {"Key.id", "Its id.", "1"},
    {"key", "The key itself, shown once.", "\"waybill_key_example\""},
    {"keyword", "STOP, START or HELP, in lower case.", "\"stop\""},
    {"lapsedAfterDays", "Customers who have not ordered for that many days are texted; 0: everyone.", "30"},
    {"lagSeconds", "How far it is behind the primary, at most.", "0.012"},
    {"left", "What may still be spent today, in USD.", "\"7.5000\""},
    {"leftOut", "Who gets no message, and why; empty: everyone does.", "\"\""},
    {"limit", "How many at most.", "100"},
    {"line", "As a spreadsheet numbers it.", "5"},
    {"loc", "body, query, path or header; the name.", R"(["body","to"])"},
    {"maxCost", "A budget in USD at which sending stops.", "\"12.50\""},
    {"Campaign.maxCost", "A budget in USD at which sending stops.", "\"12.5000\""},
    {"Status.maxCost", "A budget in USD at which sending stops.", "\"12.5000\""},
    {"Status.quietHours", "Nothing arrives in these hours.", ""},
    {"message", "A sentence for people.", "\"SMS campaign sent to 3 lapsed customers!\""},
    {"CampaignUploadForm.message", "The template of the text.",
     "\"Hi {customer_name}! {offer} Use code {offer_code}\""},
    {"PreviewForm.message", "The template of the text.", "\"Hi {customer_name}! {offer} Use code {offer_code}\""},
    {"TestMessageForm.message", "The template of the text.", "\"Hi {customer_name}! {offer} Use code {offer_code}\""},
    {"CampaignChangeRequest.message", "The template of the text.", "\"Hi {customer_name}! {offer}\""},
    {"CampaignRequest.message", "The template of the text.", "\"Hi {customer_name}! {offer} Use code {offer_code}\""},
    {"BatchResult.message", "The message, if it was made.", ""},
    {"BatchResult.error", "Why it was refused.", ""},
    {"BatchResult.status", "As if it had been sent alone.", "201"},
    {"messageId", "A message's id.", "\"1905875648000000017\""},
    {"messageTemplate", "The text before its values were filled in.", "\"Hi {customer_name}! {offer}\""},
    {"messagesSent", "Messages that Twilio has accepted, whatever became of them.", "3"},
    {"Endpoint.id", "An endpoint's id.", "3"},
    {"Endpoint.events", "The kinds of events that it gets; empty: all.", R"(["message.delivered","message.failed"])"},
    {"NewEndpointRequest.events", "The kinds of events that it gets; all if left out.",
     R"(["message.delivered","message.failed"])"},
    {"EndpointChangeRequest.events", "The kinds of events that it gets; empty: all.", R"(["message.delivered"])"},
    {"Events.events", "In the order in which they are to be read.", ""},
    {"nextAfter", "Pass it as `after` to get what comes behind these events.", "\"evt_1774958400_17\""},
    {"url", "Where events go; https, with a public address.", "\"https://shop.example.com/waybill\""},
    {"description", "A note for people.", "\"The shop\""},
    {"NotificationAddress.id", "The id of an address.", "3"},
    {"NotificationAddress.kind", "email or chat.", "\"email\""},
    {"NewNotificationAddressRequest.kind", "An e-mail address, or the incoming webhook of a chat in Slack's format.",
     "\"email\"", R"(["email","chat"])"},
    {"address", "An e-mail address, or the https URL of a chat's incoming webhook.", "\"ana@example.com\""},
    {"NotificationAddress.address", "An e-mail address, or the shortened URL of a chat.", "\"ana@example.com\""},
    {"NotificationAddress.preset", "everything, problems or nothing.", "\"problems\""},
    {"NewNotificationAddressRequest.preset", "What it gets; problems if left out.", "\"problems\"",
     R"(["everything","problems","nothing"])"},
    {"NotificationAddressChangeRequest.preset", "What it gets.", "\"everything\"",
     R"(["everything","problems","nothing"])"},
    {"lastAttemptAt", "When something was last sent there; null: never.", ""},
    {"lastFault", "Why the last attempt failed; null: it was accepted.", "\"the chat answered with status 404\""},
    {"waitingNotifications", "Notifications that wait for their next attempt.", "0"},
    {"TestNotification.delivered", "Whether it was accepted.", "true"},
    {"TestNotification.fault", "Why it was not accepted.", "\"no mail server is set\""},
    {"mail", "off, ready or faulty: the mail server of notifications.", "\"ready\""},
    {"mailFault", "What is wrong with the mail server or its settings; null: nothing.",
     "\"SMTP_URL must begin with smtp:// or smtps://\""},
    {"Endpoint.campaignId", "Only the events of this campaign; null: of all.", ""},
    {"NewEndpointRequest.campaignId", "Only the events of this campaign.", "\"sms_1774958400_k3v9q2\""},
    {"EndpointChangeRequest.campaignId", "Only the events of this campaign; an empty text: of all.", "\"\""},
    {"Endpoint.createdBy", "Only what this principal has created; null: what anyone has.", "\"key:shop\""},
    {"NewEndpointRequest.createdBy", "Only what this principal has created.", "\"key:shop\""},
    {"EndpointChangeRequest.createdBy", "Only what this principal has created; an empty text: what anyone has.",
     "\"key:shop\""},
    {"secret", "Signs its events. This reply is the only one that shows it.",
     "\"whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSwMfKQ9r8GKYo=\""},
    {"oldSecretUntil", "Until then events are signed with the secret before as well.", ""},
    {"waitingDeliveries", "Events that wait for their next attempt.", "0"},
    {"disabledEndpoints", "Endpoints that Waybill has disabled because nothing reached them.", ""},
    {"DisabledEndpoint.id", "An endpoint's id.", "3"},
    {"DisabledEndpoint.name", "Its description, or where its events go.", "\"The shop\""},
    {"endpointsDisabled", "Whether Waybill has disabled an endpoint because nothing reached it.", "false"},
    {"UserChangeRequest.disabled", "Whether the user is kept from signing in.", "true"},
    {"UserChangeRequest.role", "What the user may do.", "\"operator\"", R"(["viewer","marketer","operator","admin"])"},
    {"messagesRemovedAt",
     "When Waybill removed its messages because they were old (MESSAGE_RETENTION_MONTHS); the figures stay. Null: they "
     "are there.",
     ""},
    {"disabledReason", "Why Waybill has disabled it.", "\"An event was refused 8 times\""},
    {"overlapHours", "For how long the old secret signs as well, from 0 to 168; 24 if left out.", "24"},
    {"eventIds", "The events to deliver again.", R"(["evt_1774958400_17"])"},
    {"eventId", "The id of the event, its webhook-id.", "\"evt_1774958400_17\""},
    {"EventDelivery.type", "The kind of the event.", "\"message.delivered\""},
    {"EventDelivery.state", "waiting, delivered or failed.", "\"delivered\""},
    {"ReplayRequest.from", "Events from this time on.", "\"2026-03-31T12:00:00Z\""},
    {"ReplayRequest.to", "Events before this time.", "\"2026-03-31T13:00:00Z\""},
    {"httpStatus", "Of the last answer; null: there was none.", "204"},
    {"answer", "The beginning of a refusing answer, or why there was none.", "\"connection refused\""},
    {"replayed", "How many events are delivered again.", "1"},
    {"TestDelivery.delivered", "Whether the endpoint accepted the test event.", "true"},
    {"name", "A name for people.", "\"Spring\""},
    {"nextCursor", "Pass it as `cursor` for the next page; null: this is the last one.", "\"1905875648000000017\""},
    {"nextDayAt", "When the next day begins.", ""},
    {"notTextedWithinHours", "Leaves out whom a campaign has texted since then.", "48"},
    {"offer", "What is offered.", "\"20% off\""},
    {"offerCode", "The code of the offer.", "\"SAVE20\""},
    {"password", "At least 12 characters.", "\"correct horse battery\""},
    {"pauseReason", "Why nothing is sent although something is left.", "\"Paused by an operator\""},
    {"permissions", "What it may do.", R"(["messages:send","messages:read"])"},
    {"phone", "E.164.", "\"+15550100000\""},
    {"Columns.phone", "The column of the phone numbers.", "\"phone_number\""},
    {"plainCharacters", "Replaces look-alikes such as curly quotes, which cost more.", "true"},
    {"previewOf", "Whose message to show: a part of the name, or the last digits of the number.", "\"0101\""},
    {"principal", "Who did it.", "\"user:ana@example.com\""},
    {"quietHours", "Nothing arrives in these hours.", "\"21:00-09:00\""},
    {"Campaign.quietHours", "Nothing arrives in these hours.", ""},
    {"metadata", "A JSON object of the client's own, up to 2,000 bytes.", R"({"order":"A-17"})"},
    {"CampaignUploadForm.metadata", "A JSON object of the client's own, up to 2,000 bytes.",
     R"("{\"order\":\"A-17\"}")"},
    {"PreviewForm.metadata", "A JSON object of the client's own, up to 2,000 bytes.", R"("{\"order\":\"A-17\"}")"},
    {"TestMessageForm.metadata", "A JSON object of the client's own, up to 2,000 bytes.", R"("{\"order\":\"A-17\"}")"},
    {"reference", "A client's own id, unique for its key: repeating it returns the first result.", "\"order-4711\""},
    {"requestsPerMinute", "How many requests it may make.", "600"},
    {"restaurantName", "Who writes.", "\"Luigi's\""},
    {"replica", "The standby that reports are read from; null: none is set.", ""},
    {"Replica.state", "unknown, following, behind, away or unfit; unless it follows, the primary is read.",
     "\"following\""},
    {"role", "viewer, marketer, operator or admin.", "\"marketer\""},
    {"NewUserRequest.role", "What the user may do.", "\"marketer\"", R"(["viewer","marketer","operator","admin"])"},
    {"row", "Its row in the list, from 1; 0: a single message.", "1"},
    {"sampleMessage", "The first customer's message.", "\"Hi Ana! 20% off Use code SAVE20\""},
    {"segments", "Of which the text consists; each is charged.", "1"},
    {"sendAt", "When to send; now if left out.", "\"2026-03-31T18:00:00Z\""},
    {"sender", "E.164; empty: the Messaging Service picks.", "\"+15005550006\""},
    {"senders", "The only numbers that it may send from.", R"(["+15005550006"])"},
    {"sendersPaused", "Whether a sender or the account is paused.", "false"},
    {"Senders.senders", "All senders.", ""},
    {"System.senders", "All senders.", ""},
    {"sheet", "The sheet of the workbook.", "\"Customers\""},
    {"sid", "Twilio's id.", "\"SM00000000000000000000000000000001\""},
    {"simulated", "Nothing reaches a phone and nothing is charged.", "true"},
    {"spent", "What was spent today, or is reserved for what is under way, in USD.", "\"17.5000\""},
    {"status", "pending, sending, accepted, sent, delivered, undelivered, failed, read, unknown or canceled.",
     "\"delivered\""},
    {"Campaign.status", "scheduled, sending, paused, completed or canceled.", "\"completed\""},
    {"Status.status", "scheduled, sending, paused, completed or canceled.", "\"completed\""},
    {"Figures.status", "scheduled, sending, paused, completed or canceled.", "\"completed\""},
    {"Health.status", "healthy or degraded.", "\"healthy\""},
    {"timeZone", "An IANA name; without it the recipient's own zone counts.", "\"America/New_York\""},
    {"Overview.timeZone", "Whose days these are.", "\"America/New_York\""},
    {"DailyBudget.timeZone", "Its midnight begins a day.", "\"America/New_York\""},
    {"to", "Whom to text: a phone number.", "\"+15550100000\""},
    {"QuietHours.until", "When they end.", "\"09:00\""},
    {"token", "A bearer token.", "\"waybill_token_example\""},
    {"total", "All messages.", "3"},
    {"totalCost", "What Twilio accepted, at the price of a segment, in USD.", "\"0.0225\""},
    {"type", "missing, value_error, extra_forbidden and the like.", "\"value_error\""},
    {"unknown", "Messages of which Twilio has not said whether it has them.", "0"},
    {"usedUp", "Whether campaigns wait for the next day.", "false"},
});

const Entry* find_entry(std::string_view name)
{
    const auto found = std::ranges::find(entries, name, &Entry::name);
    return found == entries.end() ? nullptr : &*found;
}

json::value parsed(std::string_view text)
{
    return json::parse(json::string_view(text.data(), text.size()));
}

} // namespace

json::object glossary_entry(std::string_view owner, std::string_view name)
{
    const Entry* entry = find_entry(std::string(owner) + "." + std::string(name));
    if (entry == nullptr) entry = find_entry(name);
    json::object words;
    if (entry == nullptr) return words;
    words["description"] = json::string_view(entry->description.data(), entry->description.size());
    if (!entry->example.empty()) words["examples"] = json::array{parsed(entry->example)};
    if (!entry->values.empty()) words["enum"] = parsed(entry->values);
    return words;
}

} // namespace waybill::api
