#include "server/api/contract/timestamps.hpp"
#include "tests/browser/dashboard.hpp"
#include "tests/support/credentials.hpp"
#include "tests/support/http_requests.hpp"

#include <boost/json/object.hpp>
#include <boost/test/unit_test.hpp>

using namespace waybill::test;

namespace
{

std::string in_a_week()
{
    return waybill::api::to_iso8601(std::chrono::system_clock::now() + std::chrono::days(7));
}

void put(Browser& browser, std::string_view selector, std::string_view value)
{
    browser.run("const field = document.querySelector(arguments[0]); field.value = arguments[1];"
                "field.dispatchEvent(new Event('input', {bubbles: true}))",
                {selector, value});
}

std::string make(Dashboard& dashboard, CampaignUpload upload)
{
    const RawReply reply = dashboard.waybill.create(
        upload.with("name", "Autumn menu").header("Prefer", "respond-async").file(lapsed_customers(20)));
    return std::string(json_of(reply).at("data").at("campaignId").as_string());
}

} // namespace

BOOST_AUTO_TEST_SUITE(campaign_control)

BOOST_AUTO_TEST_CASE(a_used_up_limit_is_raised_to_resume)
{
    Dashboard dashboard;
    Browser& browser = dashboard.browser;
    const std::string id = make(dashboard, CampaignUpload().with("maxCost", "0.05"));
    browser.wait_for_text(".campaigns", "The spending limit of $0.05 is used up.");
    browser.click_words("Autumn menu");
    browser.wait_for_text(".notice", "The spending limit of $0.05 is used up.");
    browser.click_words("Resume");
    browser.wait_for_text("dialog", "$0.16 in all pays for everyone who is left");
    browser.screenshot("limit-used-up");
    browser.click_words("Resume with this limit");
    browser.wait_for_text(".progress-card", "Sent completely");
    BOOST_TEST(dashboard.waybill.status(id).at("metrics").at("accepted").as_int64() == 20);
}

BOOST_AUTO_TEST_CASE(a_scheduled_campaign_says_when_it_leaves_and_is_changed_paused_resumed_and_copied)
{
    Dashboard dashboard;
    Browser& browser = dashboard.browser;
    make(dashboard, CampaignUpload().with("sendAt", in_a_week()).with("offer", "Free dessert."));
    browser.click_words("Autumn menu");
    browser.click_words("Change");
    browser.wait_for_text("dialog", "It leaves on");
    put(browser, "dialog [name=offer]", "Free coffee.");
    browser.screenshot("change");
    browser.click_words("Save");
    browser.wait_for_text(".bubble", "Free coffee.");
    browser.click_words("Pause");
    browser.wait_for_text(".head-name", "Paused");
    browser.click_words("Resume");
    browser.wait_for_text("dialog", "Sending starts on");
    browser.click("dialog .button.primary");
    browser.wait_for_text(".head-name", "Scheduled");
    browser.click_words("Copy");
    browser.wait_for_text(".draft-note", "A copy of “Autumn menu”");
    BOOST_TEST(browser.run("return document.getElementById('field-offer').value").as_string() == "Free coffee.");
}

BOOST_AUTO_TEST_CASE(a_filter_and_a_search_stand_in_the_address)
{
    Dashboard dashboard;
    Browser& browser = dashboard.browser;
    const std::string id = make(dashboard, CampaignUpload());
    dashboard.waybill.wait_until_final(id);
    dashboard.go_to("/campaigns/" + id + "?q=customer+1&status=delivered");
    browser.wait_until_page("11 customers match", "document.querySelectorAll('.messages tbody tr').length === 11");
    browser.run("document.querySelector('#messages [type=search]').value = ''");
    browser.type("#messages [type=search]", "0019");
    browser.wait_until_page("one is left", "document.querySelectorAll('.messages tbody tr').length === 1");
    BOOST_TEST(browser.run("return location.hash").as_string().ends_with("?q=0019&status=delivered"));
}

BOOST_AUTO_TEST_CASE(everyone_sees_only_the_buttons_that_they_may_use)
{
    Dashboard dashboard;
    Browser& browser = dashboard.browser;
    make(dashboard, CampaignUpload().with("sendAt", in_a_week()));
    for (const char* role : {"viewer", "marketer", "operator"})
        add_user(dashboard.database, std::string(role) + "@example.com", role);
    wait_until_closed(dashboard.waybill);
    const auto buttons_of = [&](const std::string& role) {
        browser.open(dashboard.waybill.origin() + "/?" + role);
        dashboard.sign_in(role + "@example.com");
        browser.click_words("Autumn menu");
        browser.wait_until_page("the campaign is shown", "document.querySelector('.actions')?.checkVisibility()");
        std::string buttons = browser.text(".actions");
        dashboard.sign_out();
        return buttons;
    };
    const std::string viewer = buttons_of("viewer"), marketer = buttons_of("marketer"),
                      operation = buttons_of("operator");
    BOOST_TEST(viewer == "Print");
    BOOST_TEST(marketer.find("Copy") != std::string::npos);
    BOOST_TEST(marketer.find("Cancel") == std::string::npos); // someone else's campaign
    BOOST_TEST(operation.find("Cancel campaign") != std::string::npos);
    dashboard.forget_console();
}

BOOST_AUTO_TEST_SUITE_END()
