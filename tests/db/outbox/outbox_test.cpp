#include "db/outbox/outbox.hpp"

#include "server/sending/outcome.hpp"
#include "tests/support/claims.hpp"
#include "tests/support/coroutine.hpp"
#include "tests/support/postgres.hpp"

#include <boost/asio/detached.hpp>
#include <boost/test/unit_test.hpp>

#include <set>

namespace
{

using namespace waybill;

struct Fixture
{
    test::TestDatabase postgres;
    db::Database database{postgres.options()};
    db::Outbox outbox{database};

    std::vector<db::ClaimedMessage> claim(int limit)
    {
        return test::run(outbox.claim(test::claim_request(limit))).messages;
    }
    std::vector<std::int64_t> settle(const std::vector<db::SendOutcome>& outcomes)
    {
        return test::run(outbox.settle(outcomes));
    }
    static db::SendOutcome outcome(const db::ClaimedMessage& message, db::MessageStatus status,
                                   const std::string& sid = {})
    {
        db::SendOutcome made;
        made.entry.message_id = message.id;
        made.attempt = message.attempt;
        made.entry.at = std::chrono::system_clock::now();
        made.entry.status = status;
        made.entry.word = db::name_of(status);
        made.entry.sid = sid;
        made.entry.proves_acceptance = !sid.empty();
        return made;
    }
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(outbox, Fixture)

BOOST_AUTO_TEST_CASE(a_message_is_claimed_once)
{
    test::make_campaign(postgres, 10);
    const auto first = claim(6);
    const auto second = claim(6);
    BOOST_TEST(first.size() == 6U);
    BOOST_TEST(second.size() == 4U);
    BOOST_TEST(claim(6).empty());
    std::set<db::MessageId> ids;
    for (const auto& message : first)
        ids.insert(message.id);
    for (const auto& message : second)
        ids.insert(message.id);
    BOOST_TEST(ids.size() == 10U);
    BOOST_TEST(first[0].body == "Hi Customer 0");
    BOOST_TEST(first[0].sender == "+15005550006");
    BOOST_TEST(postgres.number("select sending from campaign_counters") == 10);
    BOOST_TEST(postgres.counter_faults() == "");
}

BOOST_AUTO_TEST_CASE(campaigns_take_turns)
{
    test::make_campaign(postgres, 100, "sms_1_large0");
    test::make_campaign(postgres, 3, "sms_2_small0");
    std::map<std::int64_t, int> claimed;
    for (const auto& message : claim(6))
        ++claimed[message.campaign_id];
    BOOST_TEST(claimed.size() == 2U);
    for (const auto& [campaign, count] : claimed)
        BOOST_TEST(count == 3);
}

BOOST_AUTO_TEST_CASE(paused_and_future_campaigns_are_left_alone)
{
    test::make_campaign(postgres, 2, "sms_1_paused");
    test::make_campaign(postgres, 2, "sms_2_future");
    postgres.exec("update campaigns set status = 'paused' where public_id = 'sms_1_paused'");
    postgres.exec("update campaigns set send_at = now() + interval '1 hour' where public_id = 'sms_2_future'");
    BOOST_TEST(claim(10).empty());
}

BOOST_AUTO_TEST_CASE(a_recipient_who_opted_out_since_the_upload_is_marked)
{
    test::make_campaign(postgres, 1);
    postgres.exec("insert into opt_outs (phone_number, source) select recipient, 'test' from messages");
    const auto claimed = claim(1);
    BOOST_REQUIRE(claimed.size() == 1U);
    BOOST_TEST(claimed[0].opted_out);
}

BOOST_AUTO_TEST_CASE(an_accepted_message_leaves_the_outbox_and_completes_its_campaign)
{
    const auto campaign = test::make_campaign(postgres, 1);
    const auto claimed = claim(1);
    const auto completed = settle({outcome(claimed.at(0), db::MessageStatus::accepted, "SM1")});
    BOOST_TEST(completed == std::vector<std::int64_t>{campaign.id});
    BOOST_TEST(postgres.number("select count(*) from outbox") == 0);
    BOOST_TEST(postgres.value("select status || ' ' || sid from messages") == "accepted SM1");
    BOOST_TEST(postgres.value("select status from campaigns") == "completed");
    BOOST_TEST(postgres.counter_faults() == "");
}

BOOST_AUTO_TEST_CASE(the_same_outcome_again_changes_nothing)
{
    test::make_campaign(postgres, 1);
    const auto done = outcome(claim(1).at(0), db::MessageStatus::accepted, "SM1");
    settle({done});
    settle({done});
    BOOST_TEST(postgres.number("select count(*) from message_history") == 1);
    BOOST_TEST(postgres.counter_faults() == "");
}

BOOST_AUTO_TEST_CASE(a_throttled_message_is_free_again_when_its_time_has_come)
{
    test::make_campaign(postgres, 1);
    const auto now = std::chrono::system_clock::now();
    settle({sending::give_back(claim(1).at(0), now + std::chrono::hours(1))});
    BOOST_TEST(claim(1).empty());
    postgres.exec("update outbox set due_at = now()");
    const auto again = claim(1);
    BOOST_REQUIRE(again.size() == 1U);
    BOOST_TEST(again[0].attempt == 2);
    BOOST_TEST(postgres.counter_faults() == "");
}

BOOST_AUTO_TEST_CASE(what_is_told_again_of_an_earlier_claim_leaves_a_later_one_alone)
{
    test::make_campaign(postgres, 1);
    const auto now = std::chrono::system_clock::now();
    const auto first = claim(1).at(0);
    settle({sending::give_back(first, now)});
    const auto second = claim(1).at(0);
    settle({sending::give_back(first, now)});
    BOOST_TEST(postgres.number("select count(*) from outbox where leased_until is not null") == 1);
    settle({sending::give_back(second, now)});
    BOOST_TEST(claim(1).size() == 1U);
}

BOOST_AUTO_TEST_CASE(a_lease_that_ran_out_makes_the_message_unknown_and_it_is_never_claimed_again)
{
    test::make_campaign(postgres, 2);
    claim(2);
    BOOST_TEST(test::run(outbox.expire_leases()).unknown == 0U);
    postgres.exec("update outbox set leased_until = now() - interval '1 second'");
    BOOST_TEST(test::run(outbox.expire_leases()).unknown == 2U);
    BOOST_TEST(postgres.number("select unknown from campaign_counters") == 2);
    BOOST_TEST(claim(10).empty());
    BOOST_TEST(postgres.counter_faults() == "");
}

BOOST_AUTO_TEST_CASE(two_processes_claim_different_messages_at_the_same_time)
{
    test::make_campaign(postgres, 200);
    db::Database other_database(postgres.options());
    db::Outbox other(other_database);
    boost::asio::io_context context(1);
    std::multiset<db::MessageId> ids;
    const auto take = [&ids](db::Outbox from) -> boost::asio::awaitable<void> {
        for (bool more = true; more;) {
            db::ClaimRequest request = test::claim_request(7);
            const db::Claim claim = co_await from.claim(std::move(request));
            for (const auto& message : claim.messages)
                ids.insert(message.id);
            more = !claim.messages.empty() || claim.contended;
        }
    };
    boost::asio::co_spawn(context, take(outbox), boost::asio::detached);
    boost::asio::co_spawn(context, take(other), boost::asio::detached);
    context.run();
    BOOST_TEST(ids.size() == 200U);
    BOOST_TEST((std::set<db::MessageId>(ids.begin(), ids.end()).size()) == 200U);
    BOOST_TEST(postgres.counter_faults() == "");
}

BOOST_AUTO_TEST_SUITE_END()
