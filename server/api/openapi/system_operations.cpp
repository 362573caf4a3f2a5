#include "server/api/contract/account.hpp"
#include "server/api/contract/operations.hpp"
#include "server/api/contract/report.hpp"
#include "server/api/openapi/asked.hpp"
#include "server/api/openapi/operation.hpp"

#include <algorithm>

namespace waybill::api
{

// What Twilio sends, as far as Waybill reads it.
struct StatusCallback
{
};
template <>
inline constexpr std::string_view own_schema<StatusCallback> =
    R"({"type":"object","required":["MessageSid","MessageStatus"],"properties":{
        "MessageSid":{"type":"string","examples":["SM00000000000000000000000000000001"]},
        "MessageStatus":{"type":"string","examples":["delivered"]},
        "ErrorCode":{"type":"string","examples":["30003"]}}})";

struct InboundMessage
{
};
template <>
inline constexpr std::string_view own_schema<InboundMessage> =
    R"({"type":"object","required":["MessageSid","From","To","Body"],"properties":{
        "MessageSid":{"type":"string","examples":["SM00000000000000000000000000000002"]},
        "From":{"type":"string","examples":["+15550100000"]},"To":{"type":"string","examples":["+15005550006"]},
        "Body":{"type":"string","examples":["STOP"]}}})";

namespace
{

constexpr std::string_view plain_text = "text/plain; charset=utf-8";

const std::vector<Operation> report_operations = {
    {"GET /api/errors",
     "listErrorCodes",
     "Reports",
     "See what Twilio's error codes mean",
     {},
     nullptr,
     {{200, schema_of<ShownErrorCodes>, "All codes that Waybill knows."}},
     ""},
    {"GET /api/reports/overview",
     "getOverview",
     "Reports",
     "See the figures of a period, by day",
     {{"from", schema_of<std::string>, "The first day; 29 days before `to` if left out.", "\"2026-03-01\""},
      {"to", schema_of<std::string>, "The last day; today if left out.", "\"2026-03-31\""},
      {"timeZone", schema_of<std::string>, "Whose days these are, by its IANA name; UTC if left out.",
       "\"America/New_York\""}},
     nullptr,
     {{200, schema_of<ShownOverview>, "The figures."}},
     ""},
    {"GET /api/senders",
     "listSenders",
     "System",
     "List the senders and their pauses",
     {},
     nullptr,
     {{200, schema_of<ShownSenders>, "All senders."}},
     ""},
    {"POST /api/senders/{sender}/resume",
     "resumeSender",
     "System",
     "End the pause of a sender",
     {},
     nullptr,
     {{200, schema_of<ShownSender>, "The sender as it is now."}},
     "sender_not_found"},
    {"GET /api/audit",
     "listAudit",
     "System",
     "See who changed what, newest first",
     paging_and({{"principal", schema_of<std::string>, "Only what this principal did.", "\"key:shop\""}}),
     nullptr,
     {{200, schema_of<ShownAudit>, "A page of the audit log."}},
     ""},
};

const std::vector<Operation> health_operations = {
    {"GET /api/health",
     "getHealth",
     "System",
     "See whether Waybill and its database work",
     {},
     nullptr,
     {{200, schema_of<ShownHealth>, "How it is."}},
     ""},
    {"GET /api/system",
     "getSystem",
     "System",
     "See how Waybill is doing in detail",
     {},
     nullptr,
     {{200, schema_of<ShownSystem>, "How it is."}},
     ""},
    {"GET /healthz",
     "isAlive",
     "System",
     "Whether the process answers",
     {},
     nullptr,
     {{200, schema_of<std::string>, "It does.", plain_text}},
     ""},
    {"GET /readyz",
     "isReady",
     "System",
     "Whether receipts and requests are accepted",
     {},
     nullptr,
     {{200, schema_of<std::string>, "They are.", plain_text}},
     "unavailable"},
    {"GET /metrics",
     "getMetrics",
     "System",
     "Figures for Prometheus",
     {},
     nullptr,
     {{200, schema_of<std::string>, "The figures.", "text/plain; version=0.0.4; charset=utf-8"}},
     ""},
    {"GET /api/openapi.json",
     "getContract",
     "System",
     "This document",
     {},
     nullptr,
     {{200, schema_of<AnyObject>, "The document."}},
     ""},
    {"GET /api/docs",
     "readContract",
     "System",
     "This document, for people",
     {},
     nullptr,
     {{200, schema_of<std::string>, "A page.", "text/html; charset=utf-8"}},
     ""},
    {"GET /api/docs/{name}",
     "getDocsFile",
     "System",
     "A file of that page",
     {},
     nullptr,
     {{200, schema_of<std::string>, "The file.", "text/javascript; charset=utf-8"}},
     "not_found"},
};

const std::vector<Operation> webhook_operations = {
    {"POST /webhooks/twilio/status/{id}",
     "reportStatus",
     "Webhooks",
     "Twilio reports the status of a message",
     {},
     schema_of<StatusCallback>,
     {{204, nullptr, "The receipt is durable."}},
     "bad_request forbidden"},
    {"POST /webhooks/twilio/inbound",
     "reportReply",
     "Webhooks",
     "Twilio reports a message that someone wrote",
     {},
     schema_of<InboundMessage>,
     {{200, schema_of<std::string>, "Empty TwiML.", "text/xml; charset=utf-8"}},
     "bad_request forbidden"},
};

} // namespace

std::vector<Parameter> paging_parameters()
{
    return {{"limit", schema_of<std::int64_t>, "How many at most, 1 to 1000; 50 if left out.", "100"},
            {"cursor", schema_of<std::string>, "`nextCursor` of an earlier reply: continues behind it.",
             "\"1798000000001\""}};
}

std::span<const Operation> system_operations()
{
    static const std::vector<Operation> all = joined({report_operations, health_operations, webhook_operations});
    return all;
}

std::vector<Parameter> paging_and(std::vector<Parameter> more)
{
    std::vector<Parameter> all = paging_parameters();
    all.insert(all.end(), more.begin(), more.end());
    return all;
}

std::vector<Operation> joined(std::initializer_list<std::span<const Operation>> parts)
{
    std::vector<Operation> all;
    for (const auto part : parts)
        all.insert(all.end(), part.begin(), part.end());
    return all;
}

const Operation* find_operation(std::string_view method, std::string_view path)
{
    const std::string route = std::string(method) + " " + std::string(path);
    for (const auto operations :
         {campaign_operations(), message_operations(), event_operations(), access_operations(), system_operations()}) {
        const auto found = std::ranges::find(operations, std::string_view(route), &Operation::route);
        if (found != operations.end()) return &*found;
    }
    return nullptr;
}

} // namespace waybill::api
