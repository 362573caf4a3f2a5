#include "tests/service/simulator/simulator_fixture.hpp"
#include "tests/support/http_requests.hpp"
#include "tests/support/running_simulator.hpp"

#include <boost/test/unit_test.hpp>

using namespace waybill;

namespace
{

struct Fixture
{
    test::RunningSimulator twilio;

    int status_of(const std::string& request) const
    {
        const std::string& origin = twilio.origin();
        const int port = std::stoi(origin.substr(origin.rfind(':') + 1));
        return test::RawHttp(static_cast<std::uint16_t>(port)).ask(request).status;
    }
    static std::string post(const std::string& target, const std::string& form, const test::HeaderFields& more = {})
    {
        test::HeaderFields headers{{"Content-Type", "application/x-www-form-urlencoded"}};
        headers.insert(headers.end(), more.begin(), more.end());
        return test::request_with_body(target, headers, form);
    }
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(simulator_strangers, Fixture)

BOOST_AUTO_TEST_CASE(pages_of_other_sites_reach_no_control_of_the_simulator)
{
    const std::string stop = "From=%2B15550100000&To=%2B15005550006&Body=STOP";
    BOOST_TEST(status_of(post("/simulator/inbound", stop, {{"Origin", "https://evil.example"}})) == 403);
    BOOST_TEST(status_of(post("/simulator/inbound", stop, {{"Origin", "null"}})) == 403);
    BOOST_TEST(status_of(post("/simulator/inbound", stop, {{"Sec-Fetch-Site", "cross-site"}})) == 403);
    BOOST_TEST(status_of(post("/simulator/settings", "fail-percent=100", {{"Origin", "https://evil.example"}})) == 403);
    const auto read = [&](const std::string& name, const std::string& value) {
        return status_of(test::with_header(test::get_request("/simulator/ledger"), name, value));
    };
    BOOST_TEST(read("Sec-Fetch-Site", "cross-site") == 403);
    BOOST_TEST(status_of("GET /simulator/ledger HTTP/1.1\r\nHost: evil.example\r\n\r\n") == 421);
    BOOST_TEST(read("Accept", "*/*") == 200);
    BOOST_TEST(status_of(post("/simulator/inbound", stop)) == 200);
}

BOOST_AUTO_TEST_SUITE_END()
