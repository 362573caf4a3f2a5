#include "server/sending/outcome.hpp"
#include "tests/support/outbox_fixture.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <cmath>
#include <map>

using namespace waybill;
using namespace std::chrono_literals;

namespace
{

constexpr const char* sender = "+15005550006";

struct Fixture : test::OutboxFixture
{
    // Moves the senders' time, as if so much had gone by.
    void pass(std::chrono::milliseconds time) const
    {
        postgres.exec("update senders set free_at = free_at - interval '" + std::to_string(time.count()) +
                      " milliseconds'");
    }

    void add_single_message(const std::string& from, const std::string& recipient) const
    {
        postgres.exec(
            "with made as (insert into messages (recipient, customer_name, body, segments, sender) values ('" +
            recipient + "', '', 'Hi', 1, '" + from +
            "') returning id, sender) insert into outbox (message_id, sender) select id, sender from made");
    }
};

std::vector<double> seconds_apart(const std::vector<db::ClaimedMessage>& messages)
{
    std::vector<double> distances;
    for (std::size_t i = 1; i < messages.size(); ++i)
        distances.push_back(std::chrono::duration<double>(messages[i].slot - messages[i - 1].slot).count());
    return distances;
}

} // namespace

BOOST_FIXTURE_TEST_SUITE(claim, Fixture)

BOOST_AUTO_TEST_CASE(only_what_leaves_within_the_horizon_is_claimed)
{
    test::make_campaign(postgres, 50);
    const db::Claim first = claim(paced_request(10));
    BOOST_TEST(first.messages.size() == 3U);
    for (const double distance : seconds_apart(first.messages))
        BOOST_TEST(std::abs(distance - 0.1) < 0.0001);
    BOOST_CHECK(first.messages[0].slot == first.database_time);
    BOOST_REQUIRE(first.look_again.has_value());
    BOOST_CHECK(*first.look_again > first.database_time + 100ms);
    pass(-1s); // more than the claim may take on a slow machine
    BOOST_TEST(claim(paced_request(10)).messages.empty());
    pass(1s + 300ms);
    BOOST_TEST(!claim(paced_request(10)).messages.empty());
}

BOOST_AUTO_TEST_CASE(two_processes_share_the_slots_of_a_sender)
{
    test::make_campaign(postgres, 50);
    db::Database other_database(postgres.options());
    db::Outbox other(other_database);
    std::vector<db::ClaimedMessage> all;
    for (int round = 0; round < 10; ++round) {
        for (db::Outbox* process : {&outbox, &other}) {
            db::Claim made = test::run(process->claim(paced_request(10)));
            std::ranges::move(made.messages, std::back_inserter(all));
        }
        postgres.exec("select pg_sleep(0.05)");
    }
    BOOST_TEST(all.size() >= 7U);
    for (const double distance : seconds_apart(all))
        BOOST_TEST(distance > 0.0999);
}

BOOST_AUTO_TEST_CASE(a_process_that_is_behind_takes_its_next_slots_later)
{
    test::make_campaign(postgres, 50);
    db::ClaimRequest request = paced_request(10);
    request.horizon = 10s;
    const db::Time behind = std::chrono::system_clock::now() + 3s;
    request.senders[sender].next = behind;
    const auto messages = claim(std::move(request)).messages;
    BOOST_REQUIRE(!messages.empty());
    BOOST_CHECK(messages[0].slot >= std::chrono::floor<std::chrono::microseconds>(behind));
}

BOOST_AUTO_TEST_CASE(slots_that_were_missed_are_taken_again_behind_those_of_others)
{
    test::make_campaign(postgres, 50);
    const db::Time free_at = claim(paced_request(10)).senders.at(sender).claimed_until;
    const auto reserve = [this](std::chrono::milliseconds length, db::Time not_before = {}) {
        return test::run(outbox.reserve(sender, length, not_before));
    };
    BOOST_CHECK(reserve(200ms) == free_at);
    BOOST_CHECK(reserve(100ms) == free_at + 200ms);
    BOOST_CHECK(reserve(100ms, free_at + 1s) == free_at + 1s);
}

BOOST_AUTO_TEST_CASE(a_claim_tells_whether_another_process_claims_for_the_sender_too)
{
    test::make_campaign(postgres, 50);
    db::ClaimRequest request = paced_request(10);
    request.horizon = 5s;
    request.limit = 3;
    const db::Claim first = claim(request);
    BOOST_TEST(!first.senders.at(sender).is_shared);
    request.senders[sender].claimed_until = first.senders.at(sender).claimed_until;
    const db::Claim second = claim(request);
    BOOST_TEST(!second.senders.at(sender).is_shared);
    BOOST_TEST(claim(request).senders.at(sender).is_shared);
}

BOOST_AUTO_TEST_CASE(a_time_that_was_left_by_a_clock_that_went_wrong_does_not_stop_a_sender)
{
    test::make_campaign(postgres, 5);
    claim(paced_request(10, 1));
    postgres.exec("update senders set free_at = now() + interval '1 hour'");
    BOOST_TEST(!claim(paced_request(10)).messages.empty());
}

BOOST_AUTO_TEST_CASE(senders_do_not_wait_for_each_other)
{
    test::make_campaign(postgres, 50, "sms_1_slow00");
    test::make_campaign(postgres, 50, "sms_2_fast00");
    postgres.exec("update campaigns set sender = '24273' where public_id = 'sms_2_fast00'");
    db::ClaimRequest request = paced_request(1);
    request.rate_of = [](const std::string& from) { return from == "24273" ? 100.0 : 0.5; };
    std::map<std::string, int> taken;
    for (const auto& message : claim(std::move(request)).messages)
        ++taken[message.sender];
    BOOST_TEST(taken[sender] == 1);
    BOOST_TEST(taken["24273"] == 25);
}

BOOST_AUTO_TEST_CASE(single_messages_go_ahead_of_campaigns)
{
    test::make_campaign(postgres, 50);
    add_single_message(sender, "+15550200001");
    add_single_message(sender, "+15550200002");
    add_single_message("24273", "+15550200003");
    const auto messages = claim(paced_request(10)).messages;
    std::vector<std::string> order;
    for (const auto& message : messages)
        if (message.sender == sender) order.push_back(message.recipient);
    BOOST_REQUIRE(order.size() == 3U);
    BOOST_TEST(order[0] == "+15550200001");
    BOOST_TEST(order[1] == "+15550200002");
    BOOST_TEST(messages.size() == 4U);
    BOOST_TEST(postgres.number("select count(*) from messages where status = 'sending' and campaign_id is null") == 3);
    accept(messages);
    BOOST_TEST(postgres.counter_faults() == "");
}

BOOST_AUTO_TEST_CASE(a_single_message_of_later_is_left_until_then)
{
    add_single_message(sender, "+15550200001");
    postgres.exec("update outbox set due_at = now() + interval '1 hour'");
    BOOST_TEST(claim(10).empty());
}

BOOST_AUTO_TEST_CASE(an_unknown_message_that_an_operator_put_back_is_sent_again_and_stays_unknown_meanwhile)
{
    test::make_campaign(postgres, 2);
    claim(2);
    postgres.exec("update outbox set leased_until = now() - interval '1 second'");
    test::run(outbox.expire_leases());
    postgres.exec("insert into outbox (message_id, campaign_id) select id, campaign_id from messages");
    postgres.exec("update messages set status = 'delivered' where row_number = 2");
    postgres.exec("update campaign_counters set unknown = unknown - 1, delivered = delivered + 1");
    const auto messages = claim(10);
    BOOST_REQUIRE(messages.size() == 2U);
    BOOST_TEST(std::ranges::count_if(messages, &db::ClaimedMessage::resent) == 1);
    for (const auto& message : messages)
        BOOST_TEST(message.settled != message.resent);
    BOOST_TEST(postgres.number("select unknown from campaign_counters") == 1);

    std::vector<db::SendOutcome> outcomes;
    for (const auto& message : messages)
        if (message.settled)
            outcomes.push_back(sending::decide_unsent(message, db::Permit::settled, std::chrono::system_clock::now()));
    settle(outcomes);
    BOOST_TEST(postgres.number("select count(*) from messages where status = 'delivered'") == 1);
    accept({*std::ranges::find_if(messages, &db::ClaimedMessage::resent)});
    BOOST_TEST(postgres.number("select count(*) from outbox") == 0);
    BOOST_TEST(postgres.number("select accepted from campaign_counters") == 1);
}

BOOST_AUTO_TEST_CASE(a_resend_to_somebody_who_opted_out_since_is_dropped)
{
    test::make_campaign(postgres, 1);
    const db::ClaimedMessage message = claim(1).at(0);
    db::ClaimedMessage resent = message;
    resent.resent = true;
    const auto now = std::chrono::system_clock::now();
    BOOST_TEST(sending::decide_unsent(resent, db::Permit::opted_out, now).dropped);
    BOOST_TEST(!sending::decide_unsent(message, db::Permit::opted_out, now).dropped);
}

BOOST_AUTO_TEST_SUITE_END()
