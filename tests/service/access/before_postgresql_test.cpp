#include "server/access/token.hpp"
#include "tests/support/credentials.hpp"
#include "tests/support/database_proxy.hpp"
#include "tests/support/polling.hpp"
#include "tests/support/service.hpp"

#include <boost/test/unit_test.hpp>

using namespace waybill;

namespace
{

struct Fixture
{
    Fixture() { options.begins_ready = false; }

    test::TestDatabase database;
    test::DatabaseProxy proxy{database};
    test::ServiceOptions options;

    test::ServiceOptions through_the_proxy()
    {
        options.settings.database_url = proxy.url();
        return options;
    }
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(access_before_postgresql, Fixture)

BOOST_AUTO_TEST_CASE(a_server_that_has_never_reached_postgresql_grants_nothing)
{
    const std::string key = test::add_key(database, "admin");
    test::Service service(database, through_the_proxy());
    for (const std::string path : {"/api/system", "/api/auth/me", "/api/campaigns", "/metrics"}) {
        BOOST_TEST(service.get(path).status == 503, path); // local access included
        BOOST_TEST(service.ask(test::with_token(test::get_request(path), key)).status == 503, path);
    }
    BOOST_TEST(service.ask(test::json_request("/api/messages", {{"to", "+15550100000"}, {"body", "Hello"}})).status ==
               503);
    BOOST_TEST(
        service.ask(test::json_request("/api/auth/login", {{"email", "a@b.example"}, {"password", "x"}})).status ==
        503);

    proxy.open();
    service.wait_until_ready();
    test::wait_until("the key is known", [&] {
        return service.ask(test::with_token(test::get_request("/api/system"), key)).status == 200;
    });
    BOOST_TEST(service.get("/api/campaigns").status == 403);
}

BOOST_AUTO_TEST_CASE(without_postgresql_a_session_reads_the_system_and_no_one_signs_in)
{
    test::add_user(database, "ana@example.com", "operator");
    proxy.open();
    test::Service service(database, through_the_proxy());
    service.wait_until_ready();
    const std::string login =
        test::json_request("/api/auth/login", {{"email", "ana@example.com"}, {"password", test::password}});
    const std::string token(test::json_of(service.ask(login)).at("token").as_string());
    const auto status = [&](const std::string& path) {
        return service.ask(test::with_token(test::get_request(path), token)).status;
    };
    BOOST_TEST(status("/api/system") == 200);
    proxy.cut();
    test::wait_until("the server has noticed", [&] { return status("/api/campaigns") == 503; });
    BOOST_TEST(status("/api/system") == 200);
    BOOST_TEST(status("/metrics") == 403); // as before
    BOOST_TEST(status("/api/auth/me") == 200);
    BOOST_TEST(service.get("/api/auth/me").status == 403);
    BOOST_TEST(service.ask(login).status == 503);
}

// Else the dashboard would ask them for a password that they do not have.
BOOST_AUTO_TEST_CASE(without_postgresql_the_person_on_this_machine_is_still_known)
{
    proxy.open();
    test::Service service(database, through_the_proxy());
    service.wait_until_ready();
    BOOST_TEST(service.get("/api/auth/me").status == 200);
    proxy.cut();
    test::wait_until("permissions are too old to be used", [&] {
        return service.get("/api/campaigns").body.find("permissions cannot be checked") != std::string::npos;
    });
    BOOST_TEST(service.get("/api/auth/me").status == 200);
}

BOOST_AUTO_TEST_SUITE_END()
