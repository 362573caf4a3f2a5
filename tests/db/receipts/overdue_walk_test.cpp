#include "db/receipts/overdue_walk.hpp"

#include "tests/support/coroutine.hpp"
#include "tests/support/postgres.hpp"

#include <boost/test/unit_test.hpp>

namespace
{

using namespace waybill;
using namespace std::chrono_literals;
using db::MessageId;

struct Fixture
{
    test::TestDatabase postgres;
    db::Database database{postgres.options()};
    const db::Time now = std::chrono::system_clock::now();

    // Campaigns of that many messages, accepted a day ago; in order.
    void make_campaigns(const std::vector<int>& sizes)
    {
        for (const int size : sizes)
            test::make_campaign(postgres, size, "sms_" + std::to_string(++campaigns) + "_walk00");
        postgres.exec(
            "update messages set status = 'accepted', sid = 'SM' || id, claimed_at = now() - interval '1 day'; "
            "update campaign_counters c set accepted = pending, pending = 0; "
            "update campaigns set created_at = now() - interval '1 day'");
        postgres.exec("update messages set id = id - (90000::bigint << 30)"); // made a day ago
    }
    std::vector<MessageId> ids(const std::string& where = "true")
    {
        std::vector<MessageId> ids;
        for (const std::string& id : postgres.column("select id from messages where " + where + " order by id"))
            ids.push_back(std::stoll(id));
        return ids;
    }
    db::OverdueWalk::Step step(db::OverdueWalk& walk, int limit = 100)
    {
        return test::run(walk.step(now - 14 * 24h, now - 12h, limit));
    }
    // All that one round finds, and in how many steps.
    std::vector<MessageId> round(db::OverdueWalk& walk, int limit = 100)
    {
        std::vector<MessageId> found;
        steps = 0;
        for (bool ended = false; !ended; ++steps) {
            const auto each = step(walk, limit);
            found.insert(found.end(), each.ids.begin(), each.ids.end());
            ended = each.round_ended;
        }
        return found;
    }

    int campaigns = 0;
    int steps = 0;
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(overdue_walk, Fixture)

BOOST_AUTO_TEST_CASE(it_finds_every_overdue_message_once_a_round_the_oldest_campaign_first)
{
    make_campaigns({25, 1, 7});
    for (const int window : {3, 7, 10, 1'000})
        for (const int limit : {2, 100}) {
            db::OverdueWalk walk(database, window);
            BOOST_TEST(round(walk, limit) == ids());
            BOOST_TEST(round(walk, limit) == ids());
        }
}

BOOST_AUTO_TEST_CASE(a_step_looks_at_no_more_rows_than_its_window)
{
    make_campaigns({25});
    postgres.exec("update messages set status = 'delivered' where id <> (select max(id) from messages); "
                  "update campaign_counters set accepted = 1, delivered = 24");
    db::OverdueWalk walk(database, 10);
    BOOST_TEST(step(walk).ids.empty());
    BOOST_TEST(step(walk).ids.empty());
    BOOST_TEST(step(walk).ids == ids("status = 'accepted'"));
}

BOOST_AUTO_TEST_CASE(only_what_twilio_took_and_nobody_has_asked_about_is_overdue)
{
    make_campaigns({9});
    const auto all = ids();
    const char* changes[] = {"status = 'delivered'",
                             "status = 'unknown'",
                             "status = 'sending'",
                             "lookup_at = now() + interval '1 hour'",
                             "claimed_at = now() - interval '11 hours'",
                             "claimed_at = now() - interval '15 days'",
                             "claimed_at = null"};
    for (std::size_t index = 0; index < std::size(changes); ++index)
        postgres.exec(std::string("update messages set ") + changes[index] +
                      " where id = " + std::to_string(all[index]));
    postgres.exec("update messages set status = 'sent' where id = " + std::to_string(all[7]));
    db::OverdueWalk walk(database);
    const std::vector<MessageId> expected{all[7], all[8]};
    BOOST_TEST(round(walk) == expected);
}

BOOST_AUTO_TEST_CASE(campaigns_without_open_messages_and_young_or_forgotten_ones_are_not_walked)
{
    make_campaigns({1, 1, 1, 1});
    postgres.exec("update campaign_counters set accepted = 0, delivered = 1 where campaign_id = 1; "
                  "update campaigns set created_at = now() where id = 2; "
                  "update campaign_counters set updated_at = now() - interval '15 days' where campaign_id = 3");
    db::OverdueWalk walk(database);
    BOOST_TEST(round(walk) == ids("campaign_id = 4"));
    BOOST_TEST(steps == 2); // that campaign, and the messages of none
}

BOOST_AUTO_TEST_CASE(messages_without_a_campaign_are_walked_too)
{
    make_campaigns({3});
    postgres.exec("update messages set campaign_id = null; delete from campaign_counters");
    db::OverdueWalk walk(database, 2);
    BOOST_TEST(round(walk) == ids());
}

BOOST_AUTO_TEST_CASE(a_new_round_sees_what_became_overdue_since)
{
    db::OverdueWalk walk(database);
    BOOST_TEST(round(walk).empty());
    make_campaigns({2});
    BOOST_TEST(round(walk) == ids());
}

BOOST_AUTO_TEST_SUITE_END()
