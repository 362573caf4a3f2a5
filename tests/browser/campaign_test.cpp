#include "tests/browser/dashboard.hpp"
#include "tests/support/http_requests.hpp"
#include "tests/support/tested_build.hpp"

#include <boost/test/unit_test.hpp>

#include <filesystem>

using namespace waybill::test;

namespace
{

const std::filesystem::path customers = waybill::test::source_path("tests/data/customers.csv");

std::string figure(Dashboard& dashboard, std::string_view id, const char* metric)
{
    return std::to_string(dashboard.waybill.status(id).at("metrics").at(metric).as_int64());
}

void watch_until_its_end(Dashboard& dashboard)
{
    Browser& browser = dashboard.browser;
    browser.wait_until_page("the campaign's page is open", "location.hash.startsWith('#/campaigns/sms_')");
    browser.wait_for_text("main", "Live");
    browser.wait_for_text(".progress-card", "Sent completely");
    browser.wait_until_page("every message has its final state",
                            "[...document.querySelectorAll('.tile')].some(one => "
                            "one.innerText.includes('Delivery reports') && one.innerText.includes('100%'))");
    const std::string id(browser.run("return location.hash.split('/').at(-1)").as_string());
    browser.wait_for_text(".progress-head", figure(dashboard, id, "delivered") + " of 7 messages");
    browser.wait_until_page("the charts are drawn",
                            "document.querySelectorAll('.chart:not([hidden]) canvas').length === 2");
}

} // namespace

BOOST_AUTO_TEST_SUITE(campaign_pages)

BOOST_AUTO_TEST_CASE(a_campaign_is_made_from_a_csv_and_watched_until_its_end)
{
    Dashboard dashboard;
    Browser& browser = dashboard.browser;
    browser.wait_for_text("main", "No campaigns yet");
    browser.screenshot("campaigns-empty");
    dashboard.choose_list(customers);
    browser.wait_for_text(".send-bar", "7 messages · $0.08");
    browser.wait_for_text(".reasons", "Invalid phone number format");
    browser.click_words("Show them");
    browser.wait_for_text(".rejected", "Duplicate of row 1");
    browser.screenshot("create-list");
    dashboard.write_message();
    browser.wait_for_text(".bubble", "Hi John Smith! We miss you at Luigi's! 20% off any pizza. Use code SAVE20");
    browser.click("[aria-label='The next customer']");
    browser.click("[aria-label='The next customer']");
    browser.wait_for_text(".phone-who", "Zoë Müller");
    browser.wait_until_page("ë is marked as expensive",
                            "document.querySelector('.bubble mark.unicode')?.innerText === 'ë'");
    browser.wait_for_text(".dearer", "José Álvarez (Á, line 5)");
    browser.type("[aria-label='Show the message of']", "0105");
    browser.wait_for_text(".phone-who", "Robert \"Bob\" Lee · line 6");
    browser.wait_for_text(".bubble", "Hi Robert \"Bob\" Lee!");
    browser.screenshot("create-message");

    dashboard.review();
    browser.wait_for_text("dialog", "Send 7 messages now?");
    browser.wait_for_text("dialog .bubble", "We miss you at Luigi's! 20% off any pizza. Use code SAVE20");
    browser.wait_for_text("dialog", "$0.08 for 10 segments");
    browser.wait_for_text("dialog", "1 duplicate and 1 row with errors");
    BOOST_TEST(dashboard.database.number("select count(*) from campaigns") == 0);
    browser.screenshot("create-confirmation");
    browser.click_words("Send 7 messages for $0.08");

    watch_until_its_end(dashboard);
    browser.screenshot("campaign");
}

BOOST_AUTO_TEST_CASE(a_message_shows_its_history)
{
    Dashboard dashboard;
    Browser& browser = dashboard.browser;
    const std::string id = dashboard.make_campaign(lapsed_customers(3));
    dashboard.waybill.wait_until_final(id);
    browser.click_words("Autumn menu");
    browser.type("#messages [type=search]", "nobody");
    browser.wait_for_text("#messages", "No one matches “nobody”");
    browser.run("document.querySelector('#messages [type=search]').value = ''");
    browser.type("#messages [type=search]", "0001");
    browser.wait_until_page("one message is left", "document.querySelectorAll('.messages tbody tr').length === 1");
    browser.click_words("+15550100001");
    for (const char* step : {"Created", "Waybill's request to Twilio", "Delivery report from Twilio", "Delivered"})
        browser.wait_for_text("dialog", step);
    browser.screenshot("message");
    browser.leave_dialog();
    BOOST_TEST(browser.run("return document.activeElement.innerText").as_string() == "+15550100001");
}

BOOST_AUTO_TEST_CASE(a_campaign_is_paused_resumed_and_canceled)
{
    Dashboard dashboard(4);
    Browser& browser = dashboard.browser;
    dashboard.make_campaign(lapsed_customers(40));
    browser.click_words("Autumn menu");
    browser.click_words("Pause");
    browser.wait_for_text(".head-name", "Paused");
    const auto still_to_send = [&] {
        return dashboard.messages_that_are("pending") + dashboard.messages_that_are("sending");
    };
    wait_until("nothing is under way",
               [&] { return dashboard.database.number("select count(leased_until) from outbox") == 0; });
    const std::int64_t left = still_to_send();
    browser.screenshot("campaign-paused");
    BOOST_TEST(left > 0);

    browser.click_words("Resume");
    browser.click_words("Send " + std::to_string(left) + " messages");
    browser.wait_for_text(".head-name", "Sending");
    wait_until("messages leave again", [&] { return still_to_send() < left; });

    browser.click_words("Cancel campaign");
    browser.click("dialog .button.danger");
    browser.wait_for_text(".head-name", "Canceled");
    wait_until("nothing is left to send", [&] { return still_to_send() == 0; });
    BOOST_TEST(dashboard.messages_that_are("canceled") > 0);
    BOOST_TEST(dashboard.database.counter_faults() == "");
}

BOOST_AUTO_TEST_CASE(messages_of_unknown_fate_are_sent_again_only_when_their_number_is_confirmed)
{
    waybill::simulator::SimulatorOptions simulation;
    simulation.cut_after_share = 1; // accepted, but the reply is lost
    simulation.loss_share = 1;
    Dashboard dashboard(100, simulation);
    Browser& browser = dashboard.browser;
    dashboard.make_campaign(lapsed_customers(2));
    browser.click_words("Autumn menu");
    wait_until("both are unknown", [&] { return dashboard.messages_that_are("unknown") == 2; });
    browser.click_words("Resend unknown");
    browser.wait_for_text("dialog", "up to 2 people could get the same text twice");
    browser.screenshot("resend-unknown");
    BOOST_TEST(dashboard.twilio.counters().accepted == 2U);
    browser.click_words("Send 2 messages again");
    browser.wait_for_text("#toasts", "2 messages will be sent again.");
    wait_until("both have left again", [&] { return dashboard.twilio.counters().accepted == 4; });
}

BOOST_AUTO_TEST_CASE(an_open_page_outlives_a_restart)
{
    Dashboard dashboard(2);
    Browser& browser = dashboard.browser;
    dashboard.make_campaign(lapsed_customers(12));
    browser.click_words("Autumn menu");
    browser.wait_for_text(".freshness", "Live");
    BOOST_TEST(dashboard.waybill.terminate() == 0);
    browser.wait_for_text("#trouble", "Waybill does not answer");
    browser.screenshot("server-away");
    dashboard.waybill.start();
    browser.wait_until_page("the trouble is over", "document.getElementById('trouble').hidden");
    browser.wait_for_text(".freshness", "Live");
    browser.wait_for_text(".tiles", "Accepted by Twilio\n12\n");
    dashboard.forget_console();
}

BOOST_AUTO_TEST_SUITE_END()
