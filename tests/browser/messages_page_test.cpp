#include "tests/browser/dashboard.hpp"
#include "tests/support/credentials.hpp"
#include "tests/support/http_requests.hpp"

#include <boost/json/object.hpp>
#include <boost/test/unit_test.hpp>

using namespace waybill::test;
namespace json = boost::json;

namespace
{

constexpr const char* rows = "document.querySelectorAll('.all-messages tbody tr').length";

// Three of a campaign, of which Twilio refuses one, and two single messages, one with a reference.
struct Fixture
{
    Fixture()
    {
        id = dashboard.make_campaign(lapsed_customers(2) + "Bad,+15005550001,2020-01-31\n");
        send({{"to", "+15550109999"}, {"body", "Your table is booked."}, {"reference", "order-4711"}});
        send({{"to", "+15550109998"}, {"body", "Your table is free."}});
        dashboard.waybill.wait_until_final(id);
        wait_until("all is over", [&] {
            return dashboard.database.number("select count(*) from messages where not is_final(status)") == 0;
        });
    }
    void send(const json::object& message)
    {
        BOOST_REQUIRE_EQUAL(dashboard.waybill.ask(json_request("/api/messages", message)).status, 201);
    }
    void wait_for_rows(int count)
    {
        browser.wait_until_page(std::to_string(count) + " messages are found",
                                std::string(rows) + " === " + std::to_string(count));
    }
    void choose(std::string_view field, std::string_view value)
    {
        browser.run("const field = document.querySelector(`.message-filters [name=${arguments[0]}]`);"
                    "field.value = arguments[1];"
                    "for (const type of ['input', 'change']) field.dispatchEvent(new Event(type, {bubbles: true}))",
                    {field, value});
    }
    std::string address() { return std::string(browser.run("return location.hash").as_string()); }

    Dashboard dashboard;
    Browser& browser = dashboard.browser;
    std::string id;
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(messages_page, Fixture)

BOOST_AUTO_TEST_CASE(filters_find_messages_and_stand_in_the_address)
{
    browser.click_words("Messages");
    wait_for_rows(5);
    browser.screenshot("messages");
    choose("status", "failed");
    wait_for_rows(1);
    browser.wait_for_text(".all-messages", "21211");
    BOOST_TEST(address() == "#/messages?status=failed");
    choose("status", "");
    browser.click_words("More filters");
    choose("reference", "order-4711");
    wait_for_rows(1);
    browser.wait_for_text(".all-messages", "Your table is booked.");
    choose("reference", "");
    choose("sender", "+1 500 555 0007");
    wait_for_rows(0);
    browser.wait_for_text("main", "No message fits these filters.");
    choose("sender", RunningSimulator::phone_number);
    wait_for_rows(5);
    choose("sender", "");
    choose("campaign", id);
    wait_for_rows(3);
    browser.run("location.reload()");
    wait_for_rows(3);
    BOOST_TEST(browser.run("return document.querySelector('[name=campaign]').selectedOptions[0].text").as_string() ==
               "Autumn menu");
    choose("campaign", "");
    choose("recipient", "555");
    browser.wait_for_text(".message-filters", "Type the whole number.");
    choose("recipient", "(555) 010-9999");
    wait_for_rows(1);
    choose("recipient", "555 010 99999 99");
    browser.wait_for_text("main .fault", "Invalid phone number format");
    choose("recipient", "");
    choose("until", "2020-01-31");
    wait_for_rows(0);
    choose("until", "");
    wait_for_rows(5);
    dashboard.forget_console(); // it reports the refusal's status
}

BOOST_AUTO_TEST_CASE(a_message_has_a_page_with_its_history)
{
    dashboard.go_to("/messages");
    browser.click_words("+15550109999");
    browser.wait_for_text("h1", "+15550109999");
    for (const char* words : {"Your table is booked.", "order-4711", "Created on its own",
                              "Waybill's request to Twilio", "Delivery report from Twilio", "Delivered"})
        browser.wait_for_text("main", words);
    browser.screenshot("message-page");
    browser.click_words("All messages");
    browser.click_words("+15550100001");
    browser.wait_for_text("h1", "+15550100001");
    browser.click_words("See the whole campaign");
    browser.wait_for_text(".page-head h1", "Autumn menu");
    browser.click_words("+15550100001");
    browser.click_words("Open as a page");
    browser.wait_for_text("h1", "+15550100001");
    BOOST_TEST(browser.run("return document.querySelector('dialog')").is_null());
    dashboard.go_to("/messages/1");
    browser.wait_for_text("main", "This message does not exist");
    dashboard.forget_console();
}

BOOST_AUTO_TEST_CASE(older_messages_are_a_page_away_and_the_address_says_which)
{
    const std::string many = dashboard.make_campaign(lapsed_customers(60));
    dashboard.waybill.wait_until_final(many);
    dashboard.go_to("/messages");
    wait_for_rows(50);
    browser.click_words("Older messages");
    wait_for_rows(15);
    BOOST_TEST(address().find("cursor=") != std::string::npos);
    browser.run("location.reload()");
    wait_for_rows(15);
    browser.run("history.back()");
    wait_for_rows(50);
    browser.click_words("Older messages");
    wait_for_rows(15);
    browser.click_words("Newest messages");
    wait_for_rows(50);
}

BOOST_AUTO_TEST_CASE(a_viewer_sees_states_but_no_person)
{
    add_user(dashboard.database, "vera@example.com", "viewer");
    wait_until_closed(dashboard.waybill);
    browser.open(dashboard.waybill.origin() + "/?#/messages");
    browser.wait_for_text("h1", "Sign in");
    dashboard.sign_in("vera@example.com");
    wait_for_rows(5);
    const std::string seen = browser.text("main");
    for (const char* personal : {"0109999", "Your table", "Customer"})
        BOOST_TEST(seen.find(personal) == std::string::npos, personal);
    BOOST_TEST(browser.run("return document.querySelector('[name=recipient]')").is_null());
    browser.click(".all-messages a");
    browser.wait_for_text("main", "Your account may not see texts.");
    dashboard.forget_console();
}

BOOST_AUTO_TEST_SUITE_END()
