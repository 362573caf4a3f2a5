#include "db/messages/opt_outs.hpp"

#include "db/postgres/libpqxx.hpp"
#include "db/postgres/statements.hpp"
#include "tests/support/coroutine.hpp"
#include "tests/support/postgres.hpp"
#include "tests/support/table_lock.hpp"

#include <boost/test/unit_test.hpp>
#include <pqxx/connection>
#include <pqxx/nontransaction>
#include <pqxx/result>

namespace
{

using namespace waybill;

struct Fixture
{
    test::TestDatabase postgres;
    db::Database database{postgres.options()};
    db::OptOuts opt_outs{database};

    std::string numbers(int limit, const std::string& above = "", const std::string& digits = "", bool whole = false)
    {
        const db::OptOutPage page = test::run(opt_outs.list(limit, above, db::OptOutSearch{digits, whole}));
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

BOOST_AUTO_TEST_CASE(a_search_that_takes_too_long_is_ended)
{
    const test::TableLock lock(postgres, "opt_outs");
    BOOST_CHECK_THROW(numbers(1, "", "1"), db::SearchTooSlow);
}

BOOST_AUTO_TEST_CASE(an_index_finds_a_whole_number_and_a_page)
{
    postgres.exec("insert into opt_outs (phone_number, source) select '+1' || 2000000000 + n, 'reply' "
                  "from generate_series(1, 100000) as n");
    postgres.exec("analyze opt_outs");
    BOOST_TEST(numbers(1, "", "12000054321", true) == "+12000054321 end");
    BOOST_TEST(numbers(1, "+12000054321", "12000054321", true) == "end");
    BOOST_TEST(numbers(2, "+12000054321") == "+12000054322 +12000054323 more");
    pqxx::connection connection(postgres.url());
    pqxx::nontransaction session(connection);
    session.exec("set plan_cache_mode = force_generic_plan");
    for (const db::StatementText& statement : db::all_statements()) {
        if (statement.name != "list_one_opt_out" && statement.name != "list_opt_outs") continue;
        db::prepare_now(connection, statement.name, statement.sql);
        std::string plan;
        const std::string second = statement.name == "list_opt_outs" ? "2" : "'+12000054321'";
        for (const pqxx::row& line : session.exec("explain execute " + statement.name + "('+12', " + second + ")"))
            plan += line[0].as<std::string>() + "\n";
        BOOST_TEST(plan.find("Seq Scan on opt_outs") == std::string::npos, plan);
    }
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
