#include "tests/support/polling.hpp"
#include "tests/support/service.hpp"

#include <boost/test/unit_test.hpp>

using namespace waybill;
using test::CampaignUpload;
using test::lapsed_customers;
using test::Service;
using test::TestDatabase;

namespace json = boost::json;

BOOST_AUTO_TEST_SUITE(system_route)

BOOST_AUTO_TEST_CASE(the_state_of_the_system_is_told_on_one_page)
{
    TestDatabase database;
    Service service(database);
    const json::object fresh = service.get_json("/api/system");
    BOOST_TEST(fresh.at("version").as_string() == WAYBILL_VERSION);
    BOOST_TEST(fresh.at("simulated") == service.get_json("/api/health").at("simulated"));
    BOOST_TEST(fresh.at("database").as_string() == "reachable");
    BOOST_TEST(fresh.at("journal") ==
               json::value({{"records", 0}, {"bytes", fresh.at("journal").at("bytes")}, {"full", false}}));
    BOOST_TEST(fresh.at("lastReceiptAt").is_null());
    BOOST_TEST(fresh.at("receiptLagSeconds").is_null());
    BOOST_TEST(fresh.at("inFlight").as_int64() == 0);
    BOOST_TEST(fresh.at("concurrencyLimit").as_int64() > 0);
    service.created(CampaignUpload().file(lapsed_customers(2)));
    service.twilio().wait_until_quiet();
    const json::object used = service.get_json("/api/system");
    BOOST_TEST(used.at("lastReceiptAt").as_string().ends_with("Z"));
    BOOST_TEST(used.at("receiptsSilent").as_bool() == false);
    BOOST_TEST(used.at("receiptLagSeconds").at("p99").as_double() >=
               used.at("receiptLagSeconds").at("p50").as_double());
    BOOST_TEST(used.at("senders") == service.get_json("/api/senders").at("senders"));
}

BOOST_AUTO_TEST_CASE(an_endpoint_that_waybill_has_disabled_is_reported_until_it_is_enabled)
{
    TestDatabase database;
    Service service(database);
    BOOST_TEST(!service.get_json("/api/health").at("endpointsDisabled").as_bool());
    database.exec(
        "insert into endpoints (url, description, secret, kinds, disabled_at, disabled_reason) values "
        "('https://shop.example.com/secret-path', '', 'whsec_x', '{}', now(), 'An event was refused 8 times'), "
        "('https://other.example.com/', 'By a person', 'whsec_x', '{}', now(), null); "
        "insert into endpoint_progress (endpoint_id, position) select id, 0 from endpoints");
    test::wait_until("health says so",
                     [&] { return service.get_json("/api/health").at("endpointsDisabled").as_bool(); });
    BOOST_TEST(service.get_json("/api/health").at("status").as_string() == "healthy"); // Waybill itself is
    const json::object system = service.get_json("/api/system");
    const json::array& disabled = system.at("disabledEndpoints").as_array();
    BOOST_REQUIRE_EQUAL(disabled.size(), 1U);
    BOOST_TEST(disabled[0].at("name").as_string() == "shop.example.com");
    BOOST_TEST(disabled[0].at("disabledReason").as_string() == "An event was refused 8 times");
    database.exec("update endpoints set disabled_at = null, disabled_reason = null");
    test::wait_until("it is over", [&] { return !service.get_json("/api/health").at("endpointsDisabled").as_bool(); });
    BOOST_TEST(service.get_json("/api/system").at("disabledEndpoints").as_array().empty());
}

BOOST_AUTO_TEST_CASE(the_state_of_the_system_is_told_without_the_database_as_well)
{
    TestDatabase database;
    test::ServiceOptions options;
    options.has_credentials = false;
    Service service(database, options);
    database.go_away();
    test::wait_until("the service has noticed",
                     [&] { return service.get_json("/api/system").at("database").as_string() == "away"; });
    const json::object system = service.get_json("/api/system");
    BOOST_TEST(system.at("simulated").as_bool());
    BOOST_TEST(system.at("twilio").as_string() == "simulated");
    BOOST_TEST(system.at("senders").is_array());
    database.come_back();
}

BOOST_AUTO_TEST_SUITE_END()
