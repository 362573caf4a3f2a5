#include "server/sending/outcome.hpp"
#include "tests/support/outbox_fixture.hpp"

#include <boost/test/unit_test.hpp>

using namespace waybill;

namespace
{

struct Fixture : test::OutboxFixture
{
    std::size_t end_canceled(int limit = 1'000)
    {
        const db::Claim found = claim(test::claim_request(0));
        if (found.canceled.empty()) return 0;
        return test::run(outbox.end_canceled(found.canceled, limit));
    }
    std::int64_t count(const std::string& status) const
    {
        return postgres.number("select count(*) from messages where status = '" + status + "'");
    }
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(end_canceled, Fixture)

BOOST_AUTO_TEST_CASE(what_has_not_left_ends_as_canceled_and_the_rest_goes_its_way)
{
    test::make_campaign(postgres, 10);
    test::make_campaign(postgres, 3, "sms_2_other0");
    postgres.exec("update campaigns set status = 'paused' where public_id = 'sms_2_other0'");
    const auto claimed = claim(4);
    settle({sending::give_back(claimed.at(0), std::chrono::system_clock::now() + std::chrono::hours(1))});
    postgres.exec("update campaigns set status = 'canceled' where public_id = 'sms_1_test01'");
    BOOST_TEST(claim(100).empty());
    BOOST_TEST(end_canceled(5) == 5U);
    BOOST_TEST(end_canceled(5) == 2U);
    BOOST_TEST(end_canceled(5) == 0U);
    BOOST_TEST(count("canceled") == 7);
    BOOST_TEST(postgres.number("select count(*) from message_history where source = 'operator'") == 7);
    BOOST_TEST(postgres.number("select canceled from campaign_counters order by campaign_id limit 1") == 7);
    accept({claimed.begin() + 1, claimed.end()});
    BOOST_TEST(count("accepted") == 3);
    BOOST_TEST(count("pending") == 3);
    BOOST_TEST(postgres.value("select status from campaigns where public_id = 'sms_1_test01'") == "canceled");
    BOOST_TEST(postgres.counter_faults() == "");
}

BOOST_AUTO_TEST_CASE(an_unknown_message_that_was_put_back_stays_unknown)
{
    test::make_campaign(postgres, 1);
    claim(1);
    postgres.exec("update outbox set leased_until = now() - interval '1 second'");
    test::run(outbox.expire_leases());
    postgres.exec("insert into outbox (message_id, campaign_id) select id, campaign_id from messages");
    postgres.exec("update campaigns set status = 'canceled'");
    BOOST_TEST(end_canceled() == 1U);
    BOOST_TEST(count("unknown") == 1);
    BOOST_TEST(postgres.number("select count(*) from outbox") == 0);
    BOOST_TEST(postgres.counter_faults() == "");
}

BOOST_AUTO_TEST_CASE(a_paused_account_does_not_keep_it_from_being_ended)
{
    test::make_campaign(postgres, 3);
    postgres.exec("insert into senders (sender, paused_at, probe_at) values ('*', now(), now() + interval '1 hour')");
    postgres.exec("update campaigns set status = 'canceled'");
    BOOST_TEST(end_canceled() == 3U);
    BOOST_TEST(postgres.counter_faults() == "");
}

BOOST_AUTO_TEST_SUITE_END()
