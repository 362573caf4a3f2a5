#include "db/campaigns/control.hpp"
#include "db/campaigns/resending.hpp"
#include "db/outbox/outbox.hpp"
#include "db/receipts/store.hpp"
#include "tests/support/claims.hpp"
#include "tests/support/postgres.hpp"
#include "tests/support/receipts.hpp"
#include "tests/support/run_all.hpp"

#include <boost/test/unit_test.hpp>

#include <string>
#include <vector>

// An operator pauses, resumes and sends again while two processes send and receipts come in: they never
// deadlock (PostgreSQL would end one of them), and no campaign ends before its messages.

namespace
{

using namespace waybill;
using boost::asio::awaitable;

constexpr int rounds = 40;

// Every other message gets lost on its way.
std::vector<db::SendOutcome> outcomes_of(const std::vector<db::ClaimedMessage>& messages)
{
    std::vector<db::SendOutcome> outcomes;
    for (const db::ClaimedMessage& message : messages) {
        const bool lost = outcomes.size() % 2 == 1;
        db::SendOutcome outcome;
        outcome.attempt = message.attempt;
        outcome.dropped = message.settled;
        outcome.entry.message_id = message.id;
        outcome.entry.at = std::chrono::system_clock::now();
        outcome.entry.status = lost ? db::MessageStatus::unknown : db::MessageStatus::accepted;
        outcome.entry.word = db::name_of(*outcome.entry.status);
        outcome.entry.proves_acceptance = !lost;
        if (!lost) outcome.entry.sid = "SM" + std::to_string(message.id);
        outcomes.push_back(std::move(outcome));
    }
    return outcomes;
}

awaitable<bool> send_some(db::Database& database)
{
    db::Outbox outbox(database);
    for (int round = 0; round < rounds; ++round) {
        db::ClaimRequest request = test::claim_request(6);
        const db::Claim claim = co_await outbox.claim(std::move(request));
        const std::vector<db::SendOutcome> outcomes = outcomes_of(claim.messages);
        if (!outcomes.empty()) co_await outbox.settle(outcomes);
    }
    co_return true;
}

awaitable<bool> tell_all(db::Database& database, std::vector<db::MessageId> ids)
{
    db::ReceiptStore callbacks(database, test::account_sid);
    for (std::size_t i = 0; i + 1 < ids.size(); i += 2) {
        const std::vector<db::Receipt> batch{test::receipt(ids[i + 1], "sent"), test::receipt(ids[i], "delivered")};
        co_await callbacks.apply(batch);
    }
    co_return true;
}

awaitable<bool> operate(db::Database& database, std::string campaign)
{
    db::CampaignControl control(database);
    db::Resending resending(database, database);
    const auto now = std::chrono::system_clock::now();
    for (int round = 0; round < rounds; ++round) {
        co_await control.pause(campaign, test::tester());
        co_await control.resume(campaign, std::nullopt, test::tester());
        const std::optional<db::ResendResult> asked = co_await resending.campaign(campaign, -1, now, test::tester());
        const std::int64_t unknown = asked.value().unknown;
        co_await resending.campaign(campaign, unknown, now, test::tester());
        co_await control.complete_idle();
    }
    co_return true;
}

} // namespace

BOOST_AUTO_TEST_SUITE(operator_race)

BOOST_AUTO_TEST_CASE(an_operator_and_those_who_send_do_not_get_in_each_others_way)
{
    test::TestDatabase postgres;
    boost::asio::io_context context{1};
    db::Database one(postgres.options()), other(postgres.options());
    test::make_campaign(postgres, 120, "sms_1_first");
    test::make_campaign(postgres, 120, "sms_1_second");
    std::vector<awaitable<bool>> processes;
    processes.push_back(send_some(one));
    processes.push_back(send_some(other));
    processes.push_back(tell_all(other, test::message_ids(postgres, "sms_1_first")));
    processes.push_back(tell_all(one, test::message_ids(postgres, "sms_1_second")));
    processes.push_back(operate(one, "sms_1_first"));
    processes.push_back(operate(other, "sms_1_second"));
    BOOST_CHECK_NO_THROW(test::run_all(context, std::move(processes)));
    BOOST_TEST(postgres.counter_faults() == "");
    BOOST_TEST(postgres.number("select count(*) from campaigns c join outbox o on o.campaign_id = c.id "
                               "join messages m on m.id = o.message_id "
                               "where c.status = 'completed' and m.status = 'unknown'") == 0);
}

BOOST_AUTO_TEST_SUITE_END()
