#pragma once

#include "db/campaigns/campaigns.hpp"
#include "db/messages/messages.hpp"
#include "db/requests/audit.hpp"
#include "server/http/refusal.hpp"

#include <boost/asio/awaitable.hpp>

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>

// What handlers read from the path, the query and the headers of a request. Each function throws http::Refusal when it
// cannot.
namespace waybill::api
{

namespace asio = boost::asio;

void require_json(const http::Request& request); // 415; unless it has no body

// A whole number from 1, such as the id of a message; empty when the text is anything else.
std::optional<std::int64_t> parse_number(std::string_view text);

// The decoded value of a query parameter; empty when it is absent.
std::string query_value(const http::Request& request, std::string_view name);

std::string path_value(const http::Request& request, std::string_view name);

db::Actor actor_of(const http::Request& request); // for the audit log

// The campaign of this request: the one that {id} names, else 404.
asio::awaitable<db::Campaign> campaign_of(db::Campaigns campaigns, const http::Request& request);
http::Refusal campaign_not_found();

// The message of this request, likewise. Whether a message has the id alone is not checked.
asio::awaitable<db::MessageHistory> message_of(db::Messages messages, const http::Request& request);
db::MessageId message_id_of(const http::Request& request);
http::Refusal message_not_found();

// `limit` and `cursor` of a list; a cursor is the `nextCursor` of an earlier reply, opaque to clients.
struct Paging
{
    int limit = 50;
    std::optional<std::int64_t> cursor;
};

Paging read_paging(const http::Request& request);

// Empty: none; a faulty one is refused with 422. With its principal before it: the same key of two principals is two.
std::string idempotency_key_of(const http::Request& request);

// Who creates what this request asks for.
db::Creator creator_of(const http::Caller& caller);

// Throws a Refusal (403) when the caller may not send from that number or short code; empty: Twilio picks one.
void require_sender(const http::Caller& caller, std::string_view sender);

http::Refusal over_daily_budget(db::OverDailyBudget over, db::Time now); // 429, until the next day begins
http::Refusal day_used_up(db::DayUsedUp day, db::Time now);              // likewise, for everyone

http::Refusal key_was_used(); // 422: for another request

// SHA-256 (hex) over the fields and the file's bytes; equal for equal requests. Reads the whole file; blocking.
std::string fingerprint(const std::map<std::string, std::string, std::less<>>& fields, const http::SpooledFile& file);

std::string fingerprint(const std::map<std::string, std::string, std::less<>>& fields); // without a file

} // namespace waybill::api
