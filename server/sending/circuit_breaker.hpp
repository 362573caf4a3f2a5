#pragma once

#include "db/outbox/outbox.hpp"
#include "db/outbox/senders.hpp"
#include "server/twilio/client.hpp"

#include <bitset>
#include <cstddef>
#include <optional>

namespace waybill::sending
{

// The fault of the sender or the account that the refusal shows; empty: it concerns the message alone.
std::optional<db::SenderFault> fault_of(const db::ClaimedMessage& message, const twilio::Rejected& rejected);

// Whether the fault may be the refused message's own: then another message is tried next.
bool may_be_its_own(const db::SenderFault& fault);

// Whether the answer shows that what was wrong with the sender and the account is fixed.
bool proves_fixed(const twilio::SendResult& result);

// Detects from Twilio's answers, one by one, when the account or a sender should be paused: on a refusal that would
// meet every message, or on a storm of requests without a clear answer. Pure.
class CircuitBreaker
{
public:
    std::optional<db::SenderFault> observe(const db::ClaimedMessage& message, const twilio::SendResult& result);

private:
    bool is_storm() const;

    static constexpr std::size_t window = 20;
    std::bitset<window> unclear_; // the last answers, the newest first
    std::size_t answers_ = 0;
};

} // namespace waybill::sending
