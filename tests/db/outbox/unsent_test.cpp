#include "server/sending/outcome.hpp"
#include "tests/support/outbox_fixture.hpp"
#include "tests/support/polling.hpp"

#include <boost/test/unit_test.hpp>
#include <pqxx/connection>
#include <pqxx/transaction>

#include <future>
#include <string>

using namespace waybill;
using db::Permit;

namespace
{

constexpr double paced = 4; // of the messages claimed for the next second, the first leaves now

struct UnsentFixture : test::OutboxFixture
{
    UnsentFixture()
    {
        test::make_campaign(postgres, 5);
        postgres.exec("insert into campaign_budgets select id, 100 from campaigns");
    }

    std::vector<db::ClaimedMessage> claim_for_a_second()
    {
        db::ClaimRequest request = paced_request(paced);
        request.horizon = std::chrono::seconds(1);
        return claim(std::move(request)).messages;
    }
    void end_leases() const
    {
        postgres.exec("update outbox set leased_until = now() - interval '1 second' "
                      "where leased_until is not null");
    }
    std::int64_t unsent() const { return postgres.number("select count(*) from outbox where unsent"); }
    std::int64_t segments_left() const { return postgres.number("select segments_left from campaign_budgets"); }
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(unsent, UnsentFixture)

BOOST_AUTO_TEST_CASE(a_claim_that_ends_before_its_request_can_have_left_is_undone)
{
    const std::vector<db::ClaimedMessage> claimed = claim_for_a_second();
    BOOST_REQUIRE(claimed.size() == 4U);
    BOOST_TEST(!claimed.front().unsent);
    BOOST_TEST(unsent() == 3);
    BOOST_TEST(segments_left() == 96);
    end_leases();
    const db::ExpiredLeases expired = test::run(outbox.expire_leases());
    BOOST_TEST(expired.undone == 3U);
    BOOST_TEST(expired.unknown == 1U);
    BOOST_TEST(segments_left() == 99);
    BOOST_TEST(postgres.number("select pending from campaign_counters") == 4);
    BOOST_TEST(postgres.number("select count(*) from messages where status = 'pending' and claimed_at is null") == 4);
    BOOST_TEST(postgres.counter_faults() == "");

    const std::vector<db::ClaimedMessage> again = claim(10);
    BOOST_TEST(again.size() == 4U);
    for (const db::ClaimedMessage& message : again)
        BOOST_TEST(message.id != claimed.front().id);
}

BOOST_AUTO_TEST_CASE(a_lease_whose_outcome_is_being_recorded_is_left_to_the_next_run)
{
    const std::string sent = std::to_string(claim_for_a_second().front().id);
    end_leases();
    pqxx::connection connection(postgres.url());
    pqxx::work recording(connection);
    recording.exec("select from outbox where message_id = " + sent + " for update");
    const db::ExpiredLeases expired = test::run(outbox.expire_leases());
    BOOST_TEST(expired.undone == 3U);
    BOOST_TEST(expired.unknown == 0U);
    recording.abort();
    BOOST_TEST(test::run(outbox.expire_leases()).unknown == 1U);
    BOOST_TEST(postgres.counter_faults() == "");
}

BOOST_AUTO_TEST_CASE(what_ends_leases_and_what_records_receipts_never_deadlock)
{
    const std::string sent = std::to_string(claim_for_a_second().front().id);
    end_leases();
    pqxx::connection connection(postgres.url());
    pqxx::work receipts(connection);
    receipts.exec("select from messages where id = " + sent + " for update");
    auto ending = std::async(std::launch::async, [this] { return test::run(outbox.expire_leases()); });
    test::wait_until("it waits for the message", [this] {
        return postgres.number("select count(*) from pg_stat_activity where datname = current_database() and "
                               "wait_event_type = 'Lock'") == 1;
    });
    BOOST_CHECK_NO_THROW(receipts.exec("select from campaign_counters for update"));
    receipts.abort();
    const db::ExpiredLeases expired = ending.get();
    BOOST_TEST(expired.undone == 3U);
    BOOST_TEST(expired.unknown == 1U);
    BOOST_TEST(postgres.counter_faults() == "");
}

BOOST_AUTO_TEST_CASE(a_permit_to_leave_now_ends_that_and_one_to_leave_later_does_not)
{
    const std::vector<db::ClaimedMessage> claimed = claim_for_a_second();
    std::vector<db::Lease> leases;
    for (const db::ClaimedMessage& message : claimed)
        leases.push_back({message.id, message.attempt, leases.size() < 2});
    for (const Permit permit : test::run(outbox.permits(leases)))
        BOOST_CHECK(permit == Permit::send);
    BOOST_TEST(unsent() == 2);
    end_leases();
    const db::ExpiredLeases expired = test::run(outbox.expire_leases());
    BOOST_TEST(expired.undone == 2U);
    BOOST_TEST(expired.unknown == 2U);
}

BOOST_AUTO_TEST_CASE(a_message_that_may_not_leave_stays_unsent)
{
    const std::vector<db::ClaimedMessage> claimed = claim_for_a_second();
    postgres.exec("update campaigns set status = 'paused'");
    const std::vector<db::Lease> leases{{claimed.at(1).id, claimed.at(1).attempt, true}};
    BOOST_CHECK(test::run(outbox.permits(leases)).at(0) == Permit::held);
    BOOST_TEST(unsent() == 3);
}

BOOST_AUTO_TEST_CASE(a_process_that_finds_its_claim_undone_may_not_send_the_message)
{
    const std::vector<db::ClaimedMessage> claimed = claim_for_a_second();
    end_leases();
    test::run(outbox.expire_leases());
    const std::vector<db::Lease> leases{{claimed.at(1).id, claimed.at(1).attempt, true}};
    BOOST_CHECK(test::run(outbox.permits(leases)).at(0) == Permit::held);
    claim(10); // by another process
    BOOST_CHECK(test::run(outbox.permits(leases)).at(0) == Permit::held);
}

BOOST_AUTO_TEST_CASE(messages_whose_lease_ended_before_they_left_go_back_into_the_outbox)
{
    const std::vector<db::ClaimedMessage> claimed = claim_for_a_second();
    end_leases();
    std::vector<db::Lease> leases;
    for (const db::ClaimedMessage& message : claimed)
        leases.push_back({message.id, message.attempt, true});
    std::vector<db::SendOutcome> outcomes;
    for (const Permit permit : test::run(outbox.permits(leases)))
        outcomes.push_back(
            sending::decide_unsent(claimed.at(outcomes.size()), permit, std::chrono::system_clock::now()));
    settle(outcomes);
    BOOST_TEST(segments_left() == 100);
    BOOST_TEST(postgres.counter_faults() == "");
    BOOST_TEST(claim(10).size() == 5U);
    settle(outcomes); // of the earlier attempts: they change nothing any more
    BOOST_TEST(postgres.number("select count(*) from outbox where leased_until is not null") == 5);
    BOOST_TEST(segments_left() == 95);
}

BOOST_AUTO_TEST_SUITE_END()
