#include "server/tracking/inbound_numbers.hpp"

#include <boost/test/unit_test.hpp>

using namespace waybill;

namespace
{

db::InboundMessage from(std::string address, std::string to = "+15005550006")
{
    db::InboundMessage message;
    message.from = std::move(address);
    message.to = std::move(to);
    message.extra_json = R"({"NumMedia":"0"})";
    return tracking::with_numbers(std::move(message));
}

} // namespace

BOOST_AUTO_TEST_SUITE(inbound_numbers)

BOOST_AUTO_TEST_CASE(a_number_stays_as_twilio_writes_it)
{
    const db::InboundMessage message = from("+15550100000");
    BOOST_TEST(message.from == "+15550100000");
    BOOST_TEST(message.from_is_number);
    BOOST_TEST(message.to == "+15005550006");
    BOOST_TEST(message.extra_json == R"({"NumMedia":"0"})");
}

BOOST_AUTO_TEST_CASE(nine_digits_are_a_number_too)
{
    BOOST_TEST(from("+376312345").from_is_number);
    BOOST_TEST(from("+298211234").from_is_number);
}

BOOST_AUTO_TEST_CASE(the_number_behind_another_channel_is_stored_and_its_address_is_kept)
{
    const db::InboundMessage message = from("whatsapp:+15550100000", "whatsapp:+15005550006");
    BOOST_TEST(message.from == "+15550100000");
    BOOST_TEST(message.from_is_number);
    BOOST_TEST(message.to == "+15005550006");
    BOOST_TEST(message.extra_json == R"({"NumMedia":"0","From":"whatsapp:+15550100000","To":"whatsapp:+15005550006"})");
}

BOOST_AUTO_TEST_CASE(a_short_code_or_a_name_stays_as_it_came)
{
    for (const char* sender : {"72345", "MyBank", "rcs:agent_1"}) {
        const db::InboundMessage message = from(sender, "72345");
        BOOST_TEST(message.from == sender);
        BOOST_TEST(!message.from_is_number);
        BOOST_TEST(message.to == "72345");
    }
}

BOOST_AUTO_TEST_SUITE_END()
