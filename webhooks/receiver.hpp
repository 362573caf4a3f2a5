#pragma once

#include "db/types/types.hpp"
#include "webhooks/signature.hpp"

#include <boost/asio/awaitable.hpp>

#include <array>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace waybill::webhooks
{

namespace asio = boost::asio;

// What Twilio gets: acknowledged (204, or 200 with empty TwiML), forbidden (403), malformed (400), unavailable (503).
enum class Verdict
{
    acknowledged,
    forbidden,
    malformed,
    unavailable
};

// A webhook as received; strings only.
struct ReceivedCallback
{
    std::string_view target;            // path and query exactly as received
    std::string_view message_id;        // of a status callback
    std::string_view idempotency_token; // of a status callback
    std::string_view signature;
    std::string_view content_type;
    std::string_view body;
};

using VerdictCounts = std::array<std::uint64_t, 4>; // indexed by Verdict

struct ReceiverCounters
{
    VerdictCounts by_verdict{};          // of status callbacks
    VerdictCounts inbound_by_verdict{};  // of inbound messages
    std::uint64_t missing_signature = 0; // of the forbidden ones
    std::uint64_t wrong_signature = 0;
    std::vector<std::uint64_t> verified_by_token; // in the order of the tokens
    db::Time last_acknowledged{};                 // status callback; the epoch: none yet

    std::uint64_t of(Verdict verdict) const { return by_verdict[static_cast<std::size_t>(verdict)]; }
    std::uint64_t inbound_of(Verdict verdict) const { return inbound_by_verdict[static_cast<std::size_t>(verdict)]; }
};

// Our account at Twilio and the tokens that sign for it, newest first.
struct SignedBy
{
    std::string account_sid;
    std::vector<std::string> auth_tokens;
};

// Verify, parse, make durable. A webhook is acknowledged only when `write` or `keep` has completed; any other verdict
// changes nothing.
class Receiver
{
public:
    // Both complete when their item is durable, and throw Unavailable when they cannot make it durable.
    using Write = std::function<asio::awaitable<void>(db::Receipt)>;
    using Keep = std::function<asio::awaitable<void>(db::InboundMessage)>;

    // `public_base_url`: the address that Twilio was given, without a trailing slash; never read from the request.
    Receiver(std::string public_base_url, SignedBy signed_by, Write write, Keep keep);

    // The views in `callback` must stay valid until the call completes.
    asio::awaitable<Verdict> status(ReceivedCallback callback);
    asio::awaitable<Verdict> inbound(ReceivedCallback callback);

    const ReceiverCounters& counters() const { return counters_; }

private:
    std::variant<Form, Verdict> read_signed(const ReceivedCallback& callback);
    bool is_beyond_doubt(const Form& form) const;
    bool is_signed(const ReceivedCallback& callback, const Form& form);

    std::string public_base_url_;
    std::string account_sid_;
    std::vector<SigningKey> keys_;
    Write write_;
    Keep keep_;
    ReceiverCounters counters_;
};

} // namespace waybill::webhooks
