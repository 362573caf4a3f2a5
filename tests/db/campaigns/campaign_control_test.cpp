#include "db/campaigns/control.hpp"
#include "db/receipts/store.hpp"
#include "tests/support/coroutine.hpp"
#include "tests/support/postgres.hpp"
#include "tests/support/receipts.hpp"

#include <boost/test/unit_test.hpp>

namespace
{

using namespace waybill;
using db::Control;

const std::string campaign = "sms_1_test01";

struct Fixture
{
    test::TestDatabase postgres;
    db::Database database{postgres.options()};
    db::CampaignControl control{database};

    Control pause() { return test::run(control.pause(campaign, test::tester())).control; }
    Control cancel() { return test::run(control.cancel(campaign, test::tester())).control; }
    Control resume(std::optional<std::int64_t> max_cost = std::nullopt)
    {
        return test::run(control.resume(campaign, max_cost, test::tester())).control;
    }
    std::string status() { return postgres.value("select status from campaigns"); }

    void give_budget(int max_cost, int segments_left)
    {
        postgres.exec("update campaigns set max_cost = " + std::to_string(max_cost));
        postgres.exec("insert into campaign_budgets (campaign_id, segments_left) select id, " +
                      std::to_string(segments_left) + " from campaigns");
    }

    void tell(const std::string& word, std::optional<int> error = std::nullopt)
    {
        db::ReceiptStore callbacks(database, test::account_sid);
        std::vector<db::Receipt> receipts;
        for (const db::MessageId id : test::message_ids(postgres))
            receipts.push_back(test::receipt(id, word, error));
        test::run(callbacks.apply(receipts));
    }
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(campaign_control, Fixture)

BOOST_AUTO_TEST_CASE(a_campaign_is_paused_and_resumed_once)
{
    test::make_campaign(postgres, 3);
    BOOST_CHECK(resume() == Control::wrong_state);
    BOOST_CHECK(pause() == Control::done);
    BOOST_TEST(status() == "paused");
    BOOST_TEST(postgres.value("select paused_at is not null and pause_reason is null from campaigns") == "t");
    BOOST_CHECK(pause() == Control::wrong_state);
    BOOST_CHECK(resume() == Control::done);
    BOOST_TEST(status() == "sending");
    BOOST_TEST(postgres.value("select paused_at is null from campaigns") == "t");
}

BOOST_AUTO_TEST_CASE(a_canceled_campaign_stays_canceled)
{
    test::make_campaign(postgres, 3);
    pause();
    BOOST_CHECK(cancel() == Control::done);
    BOOST_TEST(postgres.value("select status || ' ' || (completed_at is not null) from campaigns") == "canceled true");
    for (const Control again : {cancel(), pause(), resume()})
        BOOST_CHECK(again == Control::wrong_state);
    BOOST_TEST(status() == "canceled");
}

BOOST_AUTO_TEST_CASE(an_unknown_campaign_is_told_apart)
{
    BOOST_TEST(!test::run(control.pause("sms_1_nobody", test::tester())).campaign.has_value());
    BOOST_TEST(!test::run(control.cancel("sms_1_nobody", test::tester())).campaign.has_value());
    BOOST_TEST(!test::run(control.resume("sms_1_nobody", 100, test::tester())).campaign.has_value());
}

BOOST_AUTO_TEST_CASE(what_ended_while_it_was_paused_completes_it_when_it_is_resumed)
{
    test::make_campaign(postgres, 3);
    pause();
    postgres.exec("delete from outbox");
    tell("delivered");
    BOOST_TEST(status() == "paused");
    const db::ControlResult result = test::run(control.resume(campaign, std::nullopt, test::tester()));
    BOOST_CHECK(result.control == Control::done);
    BOOST_TEST(result.campaign.value().status == "completed");
    BOOST_TEST(result.campaign->completed_at.has_value());
    BOOST_CHECK(resume() == Control::wrong_state);
}

BOOST_AUTO_TEST_CASE(a_resume_with_another_budget_keeps_what_was_spent)
{
    test::make_campaign(postgres, 10);
    give_budget(4 * 75 + 10, 1); // three segments are spent
    pause();
    BOOST_CHECK(resume(2 * 75) == Control::below_spent);
    BOOST_TEST(postgres.value("select status || ' ' || max_cost from campaigns") == "paused 310");
    BOOST_TEST(postgres.number("select segments_left from campaign_budgets") == 1);
    BOOST_CHECK(resume(9 * 75) == Control::done);
    BOOST_TEST(postgres.value("select status || ' ' || max_cost from campaigns") == "sending 675");
    BOOST_TEST(postgres.number("select segments_left from campaign_budgets") == 6);
    BOOST_CHECK(resume(20 * 75) == Control::wrong_state);
    pause();
    BOOST_CHECK(resume(3 * 75) == Control::done);
    BOOST_TEST(postgres.number("select segments_left from campaign_budgets") == 0);
}

BOOST_AUTO_TEST_CASE(a_campaign_without_a_budget_gets_none_by_a_resume)
{
    test::make_campaign(postgres, 1);
    pause();
    BOOST_CHECK(resume(75) == Control::no_budget);
    BOOST_TEST(status() == "paused");
    BOOST_CHECK(resume() == Control::done);
}

BOOST_AUTO_TEST_CASE(the_guard_sees_running_campaigns_with_failures_and_pauses_each_once)
{
    test::make_campaign(postgres, 4);
    BOOST_TEST(test::run(control.to_guard()).empty());
    postgres.exec("insert into messages (campaign_id, recipient, customer_name, body, segments) "
                  "select id, '+15550109999', '', '', 1 from campaigns");
    postgres.exec("update campaign_counters set pending = pending + 1");
    const std::vector<db::MessageId> ids = test::message_ids(postgres);
    db::ReceiptStore callbacks(database, test::account_sid);
    test::run(callbacks.apply(std::vector{test::receipt(ids[0], "delivered"), test::receipt(ids[1], "failed", 30034),
                                          test::receipt(ids[2], "undelivered", 30007)}));
    const std::vector<db::CampaignHealth> seen = test::run(control.to_guard());
    BOOST_REQUIRE_EQUAL(seen.size(), 1U);
    BOOST_TEST(seen[0].public_id == campaign);
    BOOST_TEST(seen[0].accepted == 3);
    BOOST_TEST(seen[0].final == 3);
    BOOST_TEST(seen[0].errors.size() == 2U);

    BOOST_TEST(test::run(control.guard(seen[0].id, "too many errors")));
    BOOST_TEST(!test::run(control.guard(seen[0].id, "another process")));
    BOOST_TEST(postgres.value("select status || ' ' || pause_reason from campaigns") == "paused too many errors");
    BOOST_TEST(test::run(control.to_guard()).empty());
    BOOST_CHECK(resume() == Control::done);
    BOOST_TEST(test::run(control.to_guard()).empty());
    BOOST_TEST(!test::run(control.guard(seen[0].id, "again")));
    BOOST_TEST(status() == "sending");
}

BOOST_AUTO_TEST_SUITE_END()
