#include "tests/support/outbox_fixture.hpp"

#include <boost/test/unit_test.hpp>

using namespace waybill;
using db::Permit;

namespace
{

struct Fixture : test::OutboxFixture
{
    Fixture()
    {
        test::make_campaign(postgres, 2);
        for (const auto& message : claim(2))
            claimed.push_back({message.id, message.attempt});
    }

    // Of the first and of the second message.
    void check_permits(Permit first, Permit second)
    {
        const std::vector<Permit> permits = test::run(outbox.permits(claimed));
        BOOST_REQUIRE(permits.size() == 2U);
        BOOST_CHECK(permits[0] == first);
        BOOST_CHECK(permits[1] == second);
    }

    std::vector<db::Lease> claimed;
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(permits, Fixture)

BOOST_AUTO_TEST_CASE(a_claimed_message_may_leave)
{
    check_permits(Permit::send, Permit::send);
}

BOOST_AUTO_TEST_CASE(whoever_opted_out_since_the_claim_is_not_texted)
{
    postgres.exec(
        "insert into opt_outs (phone_number, source) select recipient, 'test' from messages where row_number = 1");
    check_permits(Permit::opted_out, Permit::send);
}

BOOST_AUTO_TEST_CASE(a_campaign_that_was_paused_or_canceled_since_holds_its_messages)
{
    for (const char* status : {"paused", "canceled"}) {
        postgres.exec("update campaigns set status = '" + std::string(status) + "'");
        check_permits(Permit::held, Permit::held);
    }
}

BOOST_AUTO_TEST_CASE(a_pause_of_the_sender_or_of_the_account_is_told_apart)
{
    postgres.exec("update senders set paused_at = now()");
    check_permits(Permit::sender_paused, Permit::sender_paused);
    postgres.exec("insert into senders (sender, paused_at) values ('*', now())");
    check_permits(Permit::account_paused, Permit::account_paused);
}

BOOST_AUTO_TEST_CASE(a_lost_lease_and_a_settled_message_forbid_it)
{
    postgres.exec("update messages set status = 'delivered' where row_number = 1");
    postgres.exec("delete from outbox where message_id = (select id from messages where row_number = 2)");
    check_permits(Permit::settled, Permit::held);
}

BOOST_AUTO_TEST_CASE(a_later_claim_forbids_it_to_the_earlier_one)
{
    postgres.exec("update outbox set attempts = 2 where message_id = (select id from messages where row_number = 1)");
    check_permits(Permit::held, Permit::send);
    postgres.exec("update outbox set leased_until = now() - interval '1 second'");
    check_permits(Permit::held, Permit::held);
}

BOOST_AUTO_TEST_SUITE_END()
