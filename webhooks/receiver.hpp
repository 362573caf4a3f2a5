#pragma once

#include "db/types.hpp"
#include "webhooks/signature.hpp"

#include <boost/asio/awaitable.hpp>

#include <array>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace waybill::webhooks
{

namespace asio = boost::asio;

// What Twilio gets: acknowledged (204), forbidden (403), malformed (400), unavailable (503).
enum class Verdict
{
    acknowledged,
    forbidden,
    malformed,
    unavailable
};

// A status callback as received; strings only.
struct ReceivedCallback
{
    std::string_view target; // path and query exactly as received
    std::string_view message_id;
    std::string_view signature;
    std::string_view idempotency_token;
    std::string_view content_type;
    std::string_view body;
};

struct ReceiverCounters
{
    std::array<std::uint64_t, 4> by_verdict{}; // indexed by Verdict
    std::uint64_t missing_signature = 0;       // of the forbidden ones
    std::uint64_t wrong_signature = 0;
    std::vector<std::uint64_t> verified_by_token; // in the order of the tokens
    db::Time last_acknowledged{};                 // the epoch: none yet

    std::uint64_t of(Verdict verdict) const { return by_verdict[static_cast<std::size_t>(verdict)]; }
};

// Verify, parse, make durable. A receipt is acknowledged only when `write` has completed; nothing changes for any other verdict.
class Receiver
{
public:
    using Write = std::function<asio::awaitable<void>(db::StatusCallback)>; // completes when durable

    // `public_base_url`: what Twilio was told, without a trailing slash; never taken from the request.
    Receiver(std::string public_base_url, const std::vector<std::string>& auth_tokens, Write write);

    asio::awaitable<Verdict> status(ReceivedCallback callback); // the views live until it completes

    const ReceiverCounters& counters() const { return counters_; }

private:
    bool is_signed(const ReceivedCallback& callback, const Form& form);
    Verdict count(Verdict verdict);

    std::string public_base_url_;
    std::vector<SigningKey> keys_;
    Write write_;
    ReceiverCounters counters_;
};

} // namespace waybill::webhooks
