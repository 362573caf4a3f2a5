#include "tests/support/credentials.hpp"
#include "tests/support/service.hpp"

#include <boost/test/unit_test.hpp>

#include <string>

using namespace waybill;

BOOST_AUTO_TEST_SUITE(audited_refusals)

BOOST_AUTO_TEST_CASE(the_refusals_of_a_minute_are_one_row_for_each_principal_and_action)
{
    test::TestDatabase database;
    {
        test::Service service(database);
        const std::string viewer = test::add_key(database, "viewer");
        test::wait_until_closed(service);
        const std::int64_t before = database.number("select count(*) from audit_log where action = 'refused'");
        BOOST_TEST(before == 0);
        for (int each = 0; each < 3; ++each)
            BOOST_TEST(service.ask(test::with_token(test::get_request("/api/users"), viewer)).status == 403);
        BOOST_TEST(service.ask(test::with_token(test::get_request("/api/keys"), viewer)).status == 403);
    }
    const std::string rows = "select string_agg(object || ' ' || count, ',' order by object) from audit_log "
                             "where action = 'refused' and principal = 'key:test'";
    BOOST_TEST(database.value(rows) == "GET /api/keys 1,GET /api/users 3");
}

BOOST_AUTO_TEST_SUITE_END()
