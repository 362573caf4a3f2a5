#include "tests/support/captured_log.hpp"
#include "tests/support/polling.hpp"
#include "tests/support/service.hpp"

#include <boost/test/unit_test.hpp>

using namespace waybill;
using test::CapturedLog;
using test::Service;
using test::ServiceOptions;
using test::TestDatabase;

namespace
{

bool has(const std::string& line, const char* text)
{
    return line.find(text) != std::string::npos;
}

} // namespace

BOOST_AUTO_TEST_SUITE(http_access_log)

BOOST_AUTO_TEST_CASE(a_request_is_logged_with_its_client_and_route_and_without_its_path)
{
    TestDatabase database;
    CapturedLog log;
    ServiceOptions options;
    options.settings.log_requests = true;
    Service service(database, std::move(options));
    BOOST_TEST(service.get("/api/messages/987654321").status == 404);
    BOOST_TEST(service.get("/people/+15557654321").status == 404);

    test::wait_until("both are logged", [&] { return log.lines("method=- route=- status=404").size() == 1U; });
    const std::vector<std::string> known = log.lines("route=/api/messages/{id}");
    BOOST_REQUIRE(known.size() == 1U);
    BOOST_TEST(has(known[0], " info http.request client=127.0.0.1 method=GET "), known[0]);
    BOOST_TEST(has(known[0], " status=404 "), known[0]);
    for (const std::string& line : log.lines("http.request")) {
        BOOST_TEST(!has(line, "987654321"), line);
        BOOST_TEST(!has(line, "5557654321"), line);
    }
}

BOOST_AUTO_TEST_CASE(without_the_setting_no_request_is_logged)
{
    TestDatabase database;
    CapturedLog log;
    const Service service(database);
    BOOST_TEST(service.get("/healthz").status == 200);
    BOOST_TEST(log.lines("http.request").empty());
}

BOOST_AUTO_TEST_SUITE_END()
