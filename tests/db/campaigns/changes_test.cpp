#include "db/campaigns/campaigns.hpp"
#include "tests/support/coroutine.hpp"
#include "tests/support/postgres.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>

using namespace waybill;

namespace
{

struct Fixture
{
    test::TestDatabase postgres;
    db::Database database{postgres.options()};
    db::Changes changes{database};
    std::vector<db::KnownCampaign> known;

    Fixture()
    {
        for (const char* id : {"sms_1_first0", "sms_1_second"})
            known.push_back({test::make_campaign(postgres, 2, id).id, ""});
        look();
    }

    // The public ids of those that have changed since the last look.
    std::vector<std::string> look()
    {
        std::vector<std::string> ids;
        for (const db::Campaign& campaign : test::run(changes.of(known))) {
            ids.push_back(campaign.public_id);
            for (db::KnownCampaign& each : known)
                if (each.id == campaign.id) each.version = campaign.version;
        }
        std::ranges::sort(ids);
        return ids;
    }
};

const std::vector<std::string> none, first{"sms_1_first0"}, both{"sms_1_first0", "sms_1_second"};

} // namespace

BOOST_FIXTURE_TEST_SUITE(changes, Fixture)

BOOST_AUTO_TEST_CASE(a_campaign_has_another_version_after_every_transaction_that_changed_it)
{
    BOOST_TEST(look() == none);
    postgres.exec("insert into receipt_counters (campaign_id, lane) select id, lane from campaigns, "
                  "generate_series(0, 1) as lane");
    BOOST_TEST(look() == both);
    for (const char* change : {"update campaign_counters set delivered = delivered where campaign_id = ",
                               "update receipt_counters set delivered = delivered where lane = 1 and campaign_id = ",
                               "delete from receipt_counters where lane = 1 and campaign_id = ",
                               "update campaigns set status = 'paused' where id = "}) {
        postgres.exec(change + std::to_string(known[0].id));
        BOOST_TEST(look() == first, change);
        BOOST_TEST(look() == none, change);
    }
    BOOST_TEST(test::run(changes.of({{known[0].id + 1'000, ""}})).empty());
    BOOST_TEST(test::run(changes.of({})).empty());
}

BOOST_AUTO_TEST_CASE(a_pause_of_the_account_or_of_its_sender_is_a_change_of_a_campaign)
{
    postgres.exec("insert into senders (sender, paused_at, pause_reason) values ('*', now(), 'no funds')");
    BOOST_TEST(look() == both);
    postgres.exec("update senders set paused_at = null");
    BOOST_TEST(look() == both);
    postgres.exec("insert into senders (sender, paused_at) select '+15005550999', now()"); // another campaign's
    BOOST_TEST(look() == none);
    postgres.exec(
        "insert into senders (sender, paused_at, pause_reason) select distinct sender, now(), 'blocked' from campaigns "
        "on conflict (sender) do update set paused_at = now()");
    BOOST_TEST(look() == both);
}

BOOST_AUTO_TEST_SUITE_END()
