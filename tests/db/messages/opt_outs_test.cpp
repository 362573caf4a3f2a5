#include "db/messages/opt_outs.hpp"

#include "tests/support/coroutine.hpp"
#include "tests/support/postgres.hpp"

#include <boost/test/unit_test.hpp>

namespace
{

using namespace waybill;

struct Fixture
{
    test::TestDatabase postgres;
    db::Database database{postgres.options()};
    db::OptOuts opt_outs{database};

    std::string numbers(int limit, const std::string& above = "", const std::string& digits = "")
    {
        const db::OptOutPage page = test::run(opt_outs.list(limit, above, digits));
        std::string list;
        for (const db::OptOut& opt_out : page.opt_outs)
            list += opt_out.phone_number + " ";
        return list + (page.more ? "more" : "end");
    }
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(opt_outs, Fixture)

BOOST_AUTO_TEST_CASE(an_opt_out_is_added_once_found_and_lifted)
{
    const auto first = test::run(opt_outs.add("+15550100000", test::tester()));
    BOOST_TEST(first.is_new);
    BOOST_TEST(first.opt_out.source == "operator");
    const auto again = test::run(opt_outs.add("+15550100000", test::tester()));
    BOOST_TEST(!again.is_new);
    BOOST_TEST((again.opt_out.created_at == first.opt_out.created_at));
    BOOST_TEST(test::run(opt_outs.find("+15550100000")).value().phone_number == "+15550100000");
    BOOST_TEST(!test::run(opt_outs.find("+15550100001")).has_value());
    BOOST_TEST(test::run(opt_outs.lift("+15550100000", test::tester())));
    BOOST_TEST(!test::run(opt_outs.lift("+15550100000", test::tester())));
    BOOST_TEST(postgres.number("select count(*) from opt_outs") == 0);
}

BOOST_AUTO_TEST_CASE(who_said_so_stays_as_it_is)
{
    test::make_campaign(postgres, 1);
    postgres.exec(
        "insert into opt_outs (phone_number, source, campaign_id) select '+15550100000', 'reply', id from campaigns");
    const auto added = test::run(opt_outs.add("+15550100000", test::tester()));
    BOOST_TEST(!added.is_new);
    BOOST_TEST(added.opt_out.source == "reply");
    BOOST_TEST(added.opt_out.campaign == "sms_1_test01");
}

BOOST_AUTO_TEST_CASE(the_list_is_paged_by_number_and_searched_by_digits)
{
    for (const char* number : {"+390612345678", "+15550100000", "+15550100001", "+442079460000"})
        test::run(opt_outs.add(number, test::tester()));
    BOOST_TEST(numbers(10) == "+15550100000 +15550100001 +390612345678 +442079460000 end");
    BOOST_TEST(numbers(3) == "+15550100000 +15550100001 +390612345678 more");
    BOOST_TEST(numbers(3, "+390612345678") == "+442079460000 end");
    BOOST_TEST(numbers(10, "", "0100") == "+15550100000 +15550100001 end");
    BOOST_TEST(numbers(1, "+15550100000", "0100") == "+15550100001 end");
    BOOST_TEST(numbers(10, "", "999") == "end");
}

BOOST_AUTO_TEST_SUITE_END()
