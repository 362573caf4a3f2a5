#include "tests/support/service.hpp"
#include "tests/support/table_lock.hpp"

#include <boost/test/unit_test.hpp>

#include <deque>

using namespace waybill;

BOOST_AUTO_TEST_SUITE(webhooks_apart)

BOOST_AUTO_TEST_CASE(a_stop_is_stored_while_requests_hold_every_connection_of_the_api)
{
    test::TestDatabase database;
    test::ServiceOptions options;
    options.settings.db_threads = 1;
    test::Service service(database, options);
    std::deque<test::RawHttp> requests;
    {
        const test::TableLock lock(database, "senders");
        for (int i = 0; i < 4; ++i) {
            requests.emplace_back(service.port());
            requests.back().send(test::get_request("/api/senders"));
        }
        lock.wait_until_waited_for();
        BOOST_TEST(service.twilio().write_in("+15550100000", "stop").at("webhook_status").as_int64() == 200);
        BOOST_TEST(database.number("select count(*) from opt_outs") == 1);
    }
    for (auto& request : requests)
        BOOST_TEST(request.receive().status == 200);
}

BOOST_AUTO_TEST_SUITE_END()
