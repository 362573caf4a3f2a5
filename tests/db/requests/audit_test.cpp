#include "db/requests/audit.hpp"

#include "db/campaigns/control.hpp"
#include "tests/support/coroutine.hpp"
#include "tests/support/postgres.hpp"

#include <boost/test/unit_test.hpp>

#include <stdexcept>

using namespace waybill;
using test::run;

namespace
{

struct Fixture
{
    test::TestDatabase postgres;
    db::Database database{postgres.options()};

    std::int64_t rows() { return postgres.number("select count(*) from audit_log"); }
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(audit, Fixture)

BOOST_AUTO_TEST_CASE(a_change_that_is_rolled_back_leaves_no_row)
{
    test::make_campaign(postgres, 1);
    postgres.exec("create function refuse() returns trigger language plpgsql as $$ begin raise exception 'no'; end $$;"
                  "create constraint trigger refuse after update on campaigns deferrable initially deferred "
                  "for each row execute function refuse()"); // at the commit, when the row of the log is written
    const std::int64_t before = rows();
    db::CampaignControl control(database);
    BOOST_CHECK_THROW(run(control.pause("sms_1_test01", test::tester())), std::exception);
    BOOST_TEST(rows() == before);
    postgres.exec("drop trigger refuse on campaigns");
    run(control.pause("sms_1_test01", test::tester()));
    BOOST_TEST(rows() == before + 1);
}

BOOST_AUTO_TEST_CASE(the_log_is_append_only)
{
    db::AuditLog log(database);
    run(log.record(test::tester(), {"read", "/api/opt-outs"}));
    for (const char* change : {"update audit_log set principal = 'x'", "delete from audit_log", "truncate audit_log"})
        BOOST_CHECK_THROW(postgres.exec(change), std::exception);
    BOOST_TEST(rows() == 1);
}

BOOST_AUTO_TEST_CASE(the_log_is_read_by_pages_newest_first)
{
    db::AuditLog log(database);
    for (const char* name : {"1", "2", "3"})
        run(log.record(test::tester(), {"read", name}));
    const db::AuditPage page = run(log.list(2, std::nullopt, ""));
    BOOST_REQUIRE(page.entries.size() == 2U);
    BOOST_TEST(page.entries[0].object == "3");
    const db::AuditPage rest = run(log.list(2, page.next, "key:test"));
    BOOST_REQUIRE(rest.entries.size() == 1U);
    BOOST_TEST(rest.entries[0].object == "1");
    BOOST_TEST(!rest.next.has_value());
    BOOST_TEST(run(log.list(2, std::nullopt, "key:other")).entries.empty());
}

BOOST_AUTO_TEST_CASE(what_waybill_does_on_its_own_account_leaves_no_row)
{
    test::make_campaign(postgres, 1);
    const std::int64_t before = rows();
    run(db::CampaignControl(database).guard(1, "errors"));
    BOOST_TEST(rows() == before);
}

BOOST_AUTO_TEST_SUITE_END()
