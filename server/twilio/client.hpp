#pragma once

#include "config/settings.hpp"
#include "server/http/client/client.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace waybill::twilio
{

namespace asio = boost::asio;

struct OutgoingMessage
{
    std::string to;
    std::string from; // E.164, or empty when the Messaging Service picks
    std::string body;
    std::string status_callback;
    std::optional<int> validity_period; // seconds
};

// 201: Twilio has it.
struct Accepted
{
    std::string sid;
    std::string status;              // Twilio's word: queued, accepted, …
    std::optional<int> num_segments; // empty when "0" (a Messaging Service does not know yet)
};

// A refusal: no message exists. `code` is Twilio's error code, or 0 when the reply had none.
struct Rejected
{
    int http_status = 0;
    int code = 0;
    std::string message;
};

// 429 / 20429: never processed, safe to send again later.
struct Throttled
{
    std::optional<std::chrono::seconds> retry_after;
};

// Nothing of the request left this machine (name resolution, connect, TLS): safe to send again.
struct NotSent
{
    std::string reason;
};

// The request was written and no clear answer came (timeout, reset, 5xx, a 2xx without a sid): the message may exist.
struct Unknown
{
    std::string reason;
};

using SendResult = std::variant<Accepted, Rejected, Throttled, NotSent, Unknown>;

// Twilio's record of a message. Strings that hold numbers are parsed; price is positive for a charge, in 1/1 000 000
// USD.
struct MessageRecord
{
    std::string sid, status, to, from, body;
    std::optional<int> error_code;
    std::optional<int> num_segments;
    std::optional<std::int64_t> price_micros;
    std::string price_unit;
    std::string date_created; // RFC 2822, as received: parse_rfc2822
};

using FetchResult = std::variant<MessageRecord, Rejected, Throttled, Unknown>;

// Messages to one number. Twilio filters by the day on which it sent them: what is still queued may be missing.
struct MessageQuery
{
    std::string to;
    std::string from;                                 // empty: any sender
    std::chrono::system_clock::time_point sent_since; // its day and later
};

using ListResult = std::variant<std::vector<MessageRecord>, Rejected, Throttled, Unknown>;

struct MessageListPage
{
    std::vector<MessageRecord> records;
    std::string next_target; // path and query; empty: it was the last page
};

using ListPageResult = std::variant<MessageListPage, Rejected, Throttled, Unknown>;

// The Messages API of one account. Values in, classified values out; never throws for what the network or Twilio does.
// Must outlive its calls.
class Client
{
public:
    Client(asio::any_io_executor executor, config::TwilioSettings settings, http::ClientOptions options = {});
    ~Client();

    asio::awaitable<SendResult> send(OutgoingMessage message);
    asio::awaitable<FetchResult> fetch(std::string sid);
    asio::awaitable<ListResult> list(MessageQuery query); // all pages; Unknown when there are too many

    // Fetches the account itself, and with an API key one message. Empty: the credentials work; else one sentence or
    // two on what is wrong and what to do.
    asio::awaitable<std::optional<std::string>> check_credentials();

    // Asks whether the account has the configured senders. Empty: it has; else what is wrong and what to do.
    asio::awaitable<std::optional<std::string>> check_senders();

    void close();

private:
    asio::awaitable<ListPageResult> list_page(std::string target);

    struct State;
    std::unique_ptr<State> state_;
};

// The pure half: what an HTTP exchange means for the message.
SendResult classify_send(const http::ClientResult& result);
FetchResult classify_fetch(const http::ClientResult& result);
ListPageResult classify_list_page(const http::ClientResult& result);

// Where Twilio says whether the account has a configured sender.
struct SenderQuery
{
    std::string sender; // number, short code or Messaging Service
    std::string origin; // Messaging Services have a host of their own
    std::string target;
    std::string list; // the member of the reply that holds the sender; empty: the reply describes it
};

// One for each of TWILIO_PHONE_NUMBER and TWILIO_MESSAGING_SERVICE_SID that is set.
std::vector<SenderQuery> sender_queries(const config::TwilioSettings& settings);

// Empty when Twilio knows the sender, else one sentence or two on what is wrong and what to do.
std::optional<std::string> sender_fault(const SenderQuery& query, const http::ClientResult& result);

} // namespace waybill::twilio
