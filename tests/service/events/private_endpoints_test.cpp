#include "tests/support/event_receiver.hpp"
#include "tests/support/service.hpp"

#include <boost/test/unit_test.hpp>

#include <string>

using namespace waybill;
using test::EventReceiver;
using test::RawReply;

namespace json = boost::json;

BOOST_AUTO_TEST_SUITE(private_endpoints)

BOOST_AUTO_TEST_CASE(an_address_that_is_not_public_is_refused_when_it_is_saved_and_when_it_is_used)
{
    test::TestDatabase database;
    test::Service service{database};
    const EventReceiver receiver;
    for (const std::string url :
         {"https://127.0.0.1/", "https://localhost/", "https://[::1]/", "https://10.0.0.1/", "https://169.254.169.254/",
          "https://[::ffff:127.0.0.1]/", "https://2130706433/", "https://no-such-host.invalid/", "http://8.8.8.8/"}) {
        const RawReply reply = service.ask(test::json_request("/api/endpoints", {{"url", url}}));
        BOOST_REQUIRE_MESSAGE(reply.status == 422, url << ": " << reply.body);
        BOOST_TEST(test::json_of(reply).at("detail").at(0).at("loc").at(1).as_string() == "url", url);
    }
    const std::string port = receiver.url().substr(receiver.url().rfind(':') + 1);
    database.exec(
        "with added as (insert into endpoints (url, description, secret, kinds) values ('https://localhost:" + port +
        "', '', 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw', '{}') returning id) "
        "insert into endpoint_progress (endpoint_id, position) select id, 0 from added");
    const RawReply tested = service.ask(test::get_request("/api/endpoints/1/test", "POST"));
    BOOST_TEST(!test::json_of(tested).at("delivered").as_bool());
    BOOST_TEST(test::json_of(tested).at("answer").as_string().find("may be connected to") != json::string::npos);
    BOOST_TEST(receiver.requests() == 0);
}

BOOST_AUTO_TEST_SUITE_END()
