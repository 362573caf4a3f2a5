#include "db/campaigns/resending.hpp"

#include "db/campaigns/control.hpp"
#include "db/outbox/outbox.hpp"
#include "db/receipts/store.hpp"
#include "tests/support/coroutine.hpp"
#include "tests/support/postgres.hpp"
#include "tests/support/receipts.hpp"

#include <boost/test/unit_test.hpp>

namespace
{

using namespace waybill;

const std::string campaign = "sms_1_test01";

// A completed campaign of four messages: one is delivered, three are unknown.
struct Fixture
{
    Fixture()
    {
        test::make_campaign(postgres, 4);
        ids = test::message_ids(postgres);
        settle(ids[0], db::MessageStatus::accepted);
        for (std::size_t i = 1; i < ids.size(); ++i)
            settle(ids[i], db::MessageStatus::unknown);
        tell(ids[0], "delivered");
        BOOST_REQUIRE_EQUAL(status(), "completed");
    }

    void settle(db::MessageId id, db::MessageStatus status)
    {
        db::SendOutcome outcome;
        outcome.entry.message_id = id;
        outcome.entry.at = std::chrono::system_clock::now();
        outcome.entry.status = status;
        outcome.entry.word = db::name_of(status);
        outcome.entry.proves_acceptance = status == db::MessageStatus::accepted;
        db::Outbox outbox(database);
        test::run(outbox.settle(std::vector{outcome}));
    }
    void tell(db::MessageId id, const std::string& word)
    {
        db::ReceiptStore callbacks(database, test::account_sid);
        test::run(callbacks.apply(std::vector{test::receipt(id, word)}));
    }
    db::ResendResult resend(std::int64_t confirmed)
    {
        return test::run(resending.campaign(campaign, confirmed, std::chrono::system_clock::now(), test::tester()))
            .value();
    }
    std::string status() { return postgres.value("select status from campaigns"); }
    std::int64_t in_outbox() { return postgres.number("select count(*) from outbox"); }

    test::TestDatabase postgres;
    db::Database database{postgres.options()};
    db::Resending resending{database, database};
    std::vector<db::MessageId> ids;
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(resending, Fixture)

BOOST_AUTO_TEST_CASE(nothing_is_sent_again_unless_the_number_is_confirmed)
{
    for (const std::int64_t wrong : {-1, 0, 2, 4}) {
        const db::ResendResult result = resend(wrong);
        BOOST_TEST(!result.confirmed);
        BOOST_TEST(result.unknown == 3);
    }
    BOOST_TEST(in_outbox() == 0);
    BOOST_TEST(status() == "completed");
}

BOOST_AUTO_TEST_CASE(unknown_messages_go_back_into_the_outbox_and_keep_their_status)
{
    const db::ResendResult result = resend(3);
    BOOST_TEST(result.confirmed);
    BOOST_TEST(result.resent == 3);
    BOOST_TEST(in_outbox() == 3);
    BOOST_TEST(postgres.number("select count(*) from messages where status = 'unknown'") == 3);
    BOOST_TEST(
        postgres.number("select count(*) from message_history where source = 'operator' and status = 'resend'") == 3);
    BOOST_TEST(postgres.value("select status || ' ' || (completed_at is null) from campaigns") == "sending true");
    BOOST_TEST(postgres.counter_faults() == "");
    BOOST_TEST(resend(3).unknown == 0); // they are on their way
}

BOOST_AUTO_TEST_CASE(the_campaign_is_completed_when_the_last_of_them_has_ended)
{
    resend(3);
    settle(ids[1], db::MessageStatus::accepted);
    settle(ids[2], db::MessageStatus::unknown);
    BOOST_TEST(status() == "sending");
    tell(ids[1], "delivered");
    BOOST_TEST(status() == "sending");
    settle(ids[3], db::MessageStatus::accepted);
    BOOST_TEST(status() == "completed");
    BOOST_TEST(resend(1).resent == 1); // the one that is unknown again
    BOOST_TEST(status() == "sending");
    BOOST_TEST(postgres.counter_faults() == "");
}

BOOST_AUTO_TEST_CASE(a_message_under_way_again_keeps_its_campaign_open)
{
    resend(3);
    postgres.exec("update outbox set leased_until = now() + interval '1 minute'");
    settle(ids[1], db::MessageStatus::accepted);
    BOOST_TEST(status() == "sending");
    tell(ids[2], "delivered"); // of the first time
    tell(ids[3], "delivered");
    BOOST_TEST(status() == "completed");
}

BOOST_AUTO_TEST_CASE(what_was_settled_meanwhile_completes_the_campaign_in_the_end)
{
    db::CampaignControl control(database);
    resend(3);
    for (std::size_t i = 1; i < ids.size(); ++i)
        tell(ids[i], "delivered"); // of the first time
    test::run(control.complete_idle());
    BOOST_TEST(status() == "sending"); // until the process that claims them has found that out
    postgres.exec("delete from outbox");
    test::run(control.complete_idle());
    BOOST_TEST(status() == "completed");
    BOOST_TEST(postgres.value("select completed_at is not null from campaigns") == "t");
}

BOOST_AUTO_TEST_CASE(a_paused_campaign_keeps_them_until_it_is_resumed)
{
    postgres.exec("update campaigns set status = 'paused'");
    BOOST_TEST(resend(3).resent == 3);
    BOOST_TEST(status() == "paused");
    db::CampaignControl control(database);
    BOOST_TEST(test::run(control.resume(campaign, std::nullopt, test::tester())).campaign.value().status == "sending");
}

BOOST_AUTO_TEST_CASE(what_belongs_to_a_canceled_campaign_is_not_sent_again)
{
    postgres.exec("update campaigns set status = 'canceled'");
    BOOST_TEST(!resend(3).confirmed);
    BOOST_TEST(
        !test::run(resending.message(ids[1], 1, std::chrono::system_clock::now(), test::tester())).value().confirmed);
    BOOST_TEST(in_outbox() == 0);
}

BOOST_AUTO_TEST_CASE(one_message_is_sent_again_by_itself)
{
    const auto now = std::chrono::system_clock::now();
    BOOST_TEST(!test::run(resending.message(ids[1], 0, now, test::tester())).value().confirmed);
    BOOST_TEST(test::run(resending.message(ids[1], 1, now, test::tester())).value().resent == 1);
    BOOST_TEST(in_outbox() == 1);
    BOOST_TEST(status() == "sending");
    BOOST_TEST(test::run(resending.message(ids[1], 1, now, test::tester())).value().unknown == 0);
    const db::ResendResult delivered = test::run(resending.message(ids[0], 1, now, test::tester())).value();
    BOOST_TEST(!delivered.confirmed);
    BOOST_CHECK(delivered.status == db::MessageStatus::delivered);
    BOOST_TEST(!test::run(resending.message(4711, 1, now, test::tester())).has_value());
    BOOST_TEST(!test::run(resending.campaign("sms_1_nobody", 1, now, test::tester())).has_value());
}

BOOST_AUTO_TEST_CASE(a_message_without_a_campaign_keeps_its_sender)
{
    postgres.exec("insert into messages (id, recipient, customer_name, body, segments, status, sender) "
                  "values (17, '+15550100000', '', 'Your table is ready', 1, 'unknown', '+15005550007')");
    BOOST_TEST(test::run(resending.message(17, 1, std::chrono::system_clock::now(), test::tester())).value().resent ==
               1);
    BOOST_TEST(postgres.value("select sender from outbox where message_id = 17 and campaign_id is null") ==
               "+15005550007");
}

BOOST_AUTO_TEST_SUITE_END()
