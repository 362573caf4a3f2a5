#include "tests/support/outbox_fixture.hpp"

#include "server/sending/outcome.hpp"

namespace waybill::test
{

void OutboxFixture::accept(const std::vector<db::ClaimedMessage>& messages)
{
    std::vector<db::SendOutcome> outcomes;
    for (const db::ClaimedMessage& message : messages) {
        const twilio::Accepted accepted{"SM" + std::to_string(message.id), "queued", message.segments};
        outcomes.push_back(sending::decide(message, accepted, std::chrono::system_clock::now(), 0));
    }
    settle(outcomes);
}

} // namespace waybill::test
