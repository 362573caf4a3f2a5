#include "server/sending/circuit_breaker.hpp"

#include <boost/test/unit_test.hpp>

#include <string>

using namespace waybill::sending;
using namespace waybill;
using twilio::Accepted;
using twilio::NotSent;
using twilio::Rejected;
using twilio::SendResult;
using twilio::Throttled;
using twilio::Unknown;

namespace
{

db::ClaimedMessage message(int attempt = 1)
{
    db::ClaimedMessage made;
    made.sender = "+12125550100";
    made.attempt = attempt;
    return made;
}

// Who is paused by the refusal: a sender, "*", or nobody.
std::string paused_by(int code, int attempt = 1)
{
    const auto fault = fault_of(message(attempt), {400, code, ""});
    return fault ? fault->sender : "nobody";
}

int observe(CircuitBreaker& breaker, const SendResult& result, int times)
{
    int faults = 0;
    for (int i = 0; i < times; ++i)
        faults += breaker.observe(message(), result).has_value();
    return faults;
}

} // namespace

BOOST_AUTO_TEST_SUITE(circuit_breaker)

BOOST_AUTO_TEST_CASE(faults_of_the_account_pause_it)
{
    for (const int code : {20003, 20005, 20008, 20403, 20404, 21608, 21609, 30002, 10001, 90010, 63038})
        BOOST_TEST(paused_by(code) == "*", code);
    BOOST_TEST(fault_of(message(), {403, 0, ""}).value().sender == "*");
}

BOOST_AUTO_TEST_CASE(faults_of_a_sender_pause_it_alone)
{
    for (const int code : {21212, 21601, 21606, 21611, 21659, 21660, 21661, 21701, 21704, 21705, 30032, 30033, 30034})
        BOOST_TEST(paused_by(code) == "+12125550100", code);
}

BOOST_AUTO_TEST_CASE(what_concerns_a_recipient_or_a_text_pauses_nothing)
{
    for (const int code : {21211, 21214, 21265, 21408, 21602, 21604, 21610, 21612, 21614, 21617, 21635, 21703, 21999})
        BOOST_TEST(paused_by(code) == "nobody", code);
}

BOOST_AUTO_TEST_CASE(a_message_that_alone_is_refused_again_and_again_pauses_nothing_any_more)
{
    for (const int code : {21606, 21608}) {
        BOOST_TEST(paused_by(code, 2) != "nobody", code);
        BOOST_TEST(paused_by(code, 3) == "nobody", code);
        db::ClaimedMessage probe = message(3);
        probe.probes_sender = true;
        BOOST_TEST(fault_of(probe, {400, code, ""}).has_value(), code);
    }
    BOOST_TEST(paused_by(20003, 100) == "*");
    BOOST_TEST(paused_by(30034, 100) == "+12125550100");
}

BOOST_AUTO_TEST_CASE(the_reason_is_told_in_plain_words)
{
    const auto fault = fault_of(message(), {401, 20003, ""}).value();
    BOOST_TEST(fault.code.value() == 20003);
    BOOST_TEST(fault.reason.starts_with("Twilio refused the credentials. Check TWILIO_ACCOUNT_SID"));
    BOOST_TEST(!fault.from_probe);
    db::ClaimedMessage probe = message();
    probe.probes_account = true;
    BOOST_TEST(fault_of(probe, {401, 20003, ""}).value().from_probe);
}

BOOST_AUTO_TEST_CASE(ten_unclear_answers_in_a_row_are_a_storm)
{
    CircuitBreaker breaker;
    BOOST_TEST(observe(breaker, Unknown{"HTTP status 503"}, 9) == 0);
    const auto fault = breaker.observe(message(), Unknown{"HTTP status 503"});
    BOOST_REQUIRE(fault.has_value());
    BOOST_TEST(fault->sender == "*");
    BOOST_TEST(!fault->code.has_value());
    BOOST_TEST(fault->reason.find("HTTP status 503") != std::string::npos);
    BOOST_TEST(observe(breaker, Unknown{"again"}, 9) == 0); // it begins anew
}

BOOST_AUTO_TEST_CASE(more_than_half_of_twenty_unclear_answers_are_a_storm)
{
    CircuitBreaker breaker;
    int faults = 0;
    for (int i = 0; i < 40; ++i)
        faults += observe(breaker, Accepted{}, 1) + observe(breaker, Unknown{""}, 1);
    BOOST_TEST(faults == 0); // half of them
    BOOST_TEST(observe(breaker, Unknown{""}, 1) == 1);
}

BOOST_AUTO_TEST_CASE(refusals_of_messages_are_clear_answers_and_throttled_ones_are_none)
{
    CircuitBreaker breaker;
    BOOST_TEST(observe(breaker, Unknown{""}, 9) == 0);
    BOOST_TEST(observe(breaker, Rejected{400, 21211, ""}, 1) == 0);
    BOOST_TEST(observe(breaker, Unknown{""}, 9) == 0);
    CircuitBreaker other;
    BOOST_TEST(observe(other, Unknown{""}, 9) == 0);
    BOOST_TEST(observe(other, Throttled{}, 100) == 0);
    BOOST_TEST(observe(other, NotSent{""}, 100) == 0);
    BOOST_TEST(observe(other, Unknown{""}, 1) == 1);
}

BOOST_AUTO_TEST_CASE(a_probe_that_gets_no_clear_answer_is_a_fault_by_itself)
{
    CircuitBreaker breaker;
    db::ClaimedMessage probe = message();
    probe.probes_account = true;
    const auto fault = breaker.observe(probe, Unknown{"a timeout"});
    BOOST_REQUIRE(fault.has_value());
    BOOST_TEST(fault->from_probe);
}

BOOST_AUTO_TEST_CASE(an_answer_about_the_message_proves_that_the_fault_is_mended)
{
    BOOST_TEST(proves_fixed(Accepted{}));
    BOOST_TEST(proves_fixed(Rejected{400, 21211, ""}));
    BOOST_TEST(!proves_fixed(Throttled{}));
    BOOST_TEST(!proves_fixed(NotSent{""}));
    BOOST_TEST(!proves_fixed(Unknown{""}));
}

BOOST_AUTO_TEST_SUITE_END()
