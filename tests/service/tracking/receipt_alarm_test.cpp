#include "tests/support/captured_log.hpp"
#include "tests/support/polling.hpp"
#include "tests/support/service.hpp"

#include <boost/test/unit_test.hpp>

using namespace waybill;
using namespace std::chrono_literals;
using test::CampaignUpload;
using test::CapturedLog;
using test::RawReply;
using test::Service;
using test::ServiceOptions;
using test::TestDatabase;

namespace
{

struct Fixture
{
    TestDatabase database;
    CapturedLog log;
    Service service{database, options()};

    static ServiceOptions options()
    {
        ServiceOptions options;
        options.settings.receipt_alarm = 1s;
        options.simulation.loss_share = 1;
        return options;
    }
    void send_some() { service.created(CampaignUpload().file(test::lapsed_customers(3))); }
    bool is_silent() { return service.metric("waybill_receipts_silent") == 1; }
    void wait_for_silence()
    {
        test::wait_until("the silence is seen", [&] { return is_silent(); });
    }
    RawReply post_with_wrong_signature()
    {
        const test::HeaderFields headers{{"Content-Type", "application/x-www-form-urlencoded"},
                                         {"X-Twilio-Signature", "AAAAAAAAAAAAAAAAAAAAAAAAAAA="}};
        return service.ask(test::request_with_body("/webhooks/twilio/status/17", headers, "MessageStatus=sent"));
    }
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(receipt_alarm_service, Fixture)

BOOST_AUTO_TEST_CASE(silence_after_messages_went_out_is_told_with_its_likely_cause)
{
    BOOST_TEST(!is_silent());
    send_some();
    wait_for_silence();
    const std::string line = log.lines("receipts.silent").at(0);
    BOOST_TEST(line.find("accepted_since=3") != std::string::npos, line);
    BOOST_TEST(line.find("PUBLIC_BASE_URL cannot be reached") != std::string::npos, line);
    BOOST_TEST(line.find("public_base_url=" + service.origin()) != std::string::npos, line);
    test::wait_until("it is logged again", [&] { return log.lines("receipts.silent").size() == 2; });
}

BOOST_AUTO_TEST_CASE(wrong_signatures_meanwhile_point_to_the_token)
{
    BOOST_TEST(post_with_wrong_signature().status == 403);
    send_some();
    wait_for_silence();
    const std::string line = log.lines("receipts.silent").at(0);
    BOOST_TEST(line.find("wrong_signatures_since=1") != std::string::npos, line);
    BOOST_TEST(line.find("TWILIO_AUTH_TOKEN") != std::string::npos, line);
}

BOOST_AUTO_TEST_CASE(receipts_that_flow_again_are_told)
{
    send_some();
    wait_for_silence();
    const std::string twilio = service.twilio().origin();
    const auto port = static_cast<std::uint16_t>(std::stoi(twilio.substr(twilio.rfind(':') + 1)));
    const test::HeaderFields form{{"Content-Type", "application/x-www-form-urlencoded"}};
    BOOST_TEST(test::RawHttp(port).ask(test::request_with_body("/simulator/settings", form, "loss-share=0")).status ==
               204);
    send_some();
    test::wait_until("receipts flow", [&] { return !is_silent(); });
    BOOST_TEST(log.lines("receipts.flowing").size() == 1U);
}

BOOST_AUTO_TEST_SUITE_END()
