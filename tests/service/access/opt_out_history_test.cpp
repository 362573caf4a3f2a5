#include "tests/support/service.hpp"

#include <boost/test/unit_test.hpp>

using namespace waybill;

BOOST_AUTO_TEST_SUITE(opt_out_history)

BOOST_AUTO_TEST_CASE(it_says_who_opted_out_and_who_lifted_it_and_leaves_the_present_state)
{
    test::TestDatabase database;
    test::Service service(database);
    const std::string target = "/api/opt-outs/+12125550173";
    for (const char* method : {"PUT", "DELETE", "PUT"})
        BOOST_TEST(service.ask(test::get_request(target, method)).status / 100 == 2);
    BOOST_TEST(database.value("select string_agg(event || ' ' || source || ' ' || principal, ',' order by id) "
                              "from opt_out_history") ==
               "added operator local,lifted operator local,added operator local");
    BOOST_TEST(database.column("select phone_number from (select distinct on (phone_number) phone_number, event "
                               "from opt_out_history order by phone_number, id desc) as last where event = 'added'") ==
               database.column("select phone_number from opt_outs"));
}

BOOST_AUTO_TEST_SUITE_END()
