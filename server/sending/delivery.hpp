#pragma once

#include "db/outbox/outbox.hpp"
#include "server/sending/circuit_breaker.hpp"
#include "server/sending/concurrency.hpp"
#include "server/sending/dispatcher_options.hpp"
#include "server/sending/outcome_recorder.hpp"
#include "server/sending/sender_pauses.hpp"
#include "server/twilio/client.hpp"
#include "server/twilio/errors.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>

#include <array>
#include <cstdint>
#include <optional>
#include <variant>

namespace waybill::sending
{

namespace asio = boost::asio;

// Sends claimed messages whose turn has come, and sees each of them through to its recorded outcome.
class Delivery
{
public:
    Delivery(asio::any_io_executor executor, twilio::Client& client, const DispatcherOptions& options,
             SenderPauses& pauses, OutcomeRecorder& recorder, Places& places);

    // Returns immediately. Without a permit to send, the message goes back, or ends as the permit says. Gives back its
    // place when its outcome is recorded.
    void start(db::ClaimedMessage message, db::Permit permit);

    // Answers of Twilio of that kind.
    template <class Result>
    std::uint64_t count_of() const
    {
        return counts_[twilio::SendResult(Result{}).index()];
    }

    const twilio::ErrorCounts& errors() const { return errors_; } // of those answers

private:
    asio::awaitable<void> deliver(db::ClaimedMessage message, db::Permit permit);
    asio::awaitable<db::SendOutcome> send(db::ClaimedMessage message);
    db::SendOutcome outcome_of(const db::ClaimedMessage& message, const twilio::SendResult& result,
                               const std::optional<db::SenderFault>& fault) const;
    twilio::OutgoingMessage to_outgoing(const db::ClaimedMessage& message) const;
    void count(const twilio::SendResult& result);

    asio::any_io_executor executor_;
    twilio::Client& client_;
    const DispatcherOptions& options_;
    SenderPauses& pauses_;
    OutcomeRecorder& recorder_;
    Places& places_;
    CircuitBreaker breaker_;
    std::array<std::uint64_t, std::variant_size_v<twilio::SendResult>> counts_{}; // by the result's index
    twilio::ErrorCounts errors_;
};

} // namespace waybill::sending
