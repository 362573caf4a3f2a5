#include "tests/browser/dashboard.hpp"
#include "tests/support/http_requests.hpp"
#include "tests/support/tested_build.hpp"

#include <boost/json/object.hpp>
#include <boost/test/unit_test.hpp>

using namespace waybill::test;

namespace
{

std::string create_campaign(const Dashboard& dashboard, CampaignUpload upload)
{
    const RawReply reply = dashboard.waybill.create(upload.header("Prefer", "respond-async").file(lapsed_customers(2)));
    return std::string(json_of(reply).at("data").at("campaignId").as_string());
}

void search_for(Browser& browser, std::string_view words)
{
    browser.run("const field = document.querySelector('main [type=search]'); field.value = arguments[0];"
                "field.dispatchEvent(new Event('input', {bubbles: true}))",
                {words});
}

// The value of a field for date and time, a week from now.
std::string a_week_from_now(Browser& browser)
{
    return std::string(browser
                           .run("const time = new Date(Date.now() + 7 * 86400000);"
                                "return new Date(time - time.getTimezoneOffset() * 60000).toISOString().slice(0, 16)")
                           .as_string());
}

} // namespace

BOOST_AUTO_TEST_SUITE(campaigns_page)

BOOST_AUTO_TEST_CASE(a_campaign_is_found_by_restaurant_offer_or_reference)
{
    Dashboard dashboard;
    Browser& browser = dashboard.browser;
    create_campaign(
        dashboard,
        CampaignUpload().with("restaurantName", "Luigi's").with("name", "Autumn").with("offer", "Free pizza"));
    create_campaign(
        dashboard,
        CampaignUpload().with("restaurantName", "Chez Zoé").with("name", "Winter").with("reference", "A-4711"));
    browser.wait_for_text("main", "Winter");
    for (const auto& [words, found] :
         {std::pair{"PIZZA luigi", "Autumn"}, std::pair{"zoé", "Winter"}, std::pair{"4711", "Winter"}}) {
        search_for(browser, words);
        browser.wait_until_page(std::string(words) + " is found",
                                std::string("document.querySelectorAll('.campaign-row').length === 1 && ") +
                                    "document.querySelector('.row-name').innerText === '" + found + "'");
    }
    browser.wait_until_page("the search stands in the address", "location.hash === '#/?q=4711'");
    browser.screenshot("campaigns-search");
    search_for(browser, "sushi");
    browser.wait_for_text("main .nothing", "No campaign matches “sushi”");
    browser.screenshot("campaigns-search-nothing");
    browser.resize(360, 780);
    browser.screenshot("campaigns-search-360");
    search_for(browser, "");
    browser.wait_until_page("both are back", "document.querySelectorAll('.campaign-row').length === 2");
    browser.resize(1440, 900);
    browser.open(dashboard.waybill.origin() + "/?again#/?q=winter"); // a link leads to what one sees
    browser.wait_until_page("one is shown", "document.querySelectorAll('.campaign-row').length === 1");
}

BOOST_AUTO_TEST_CASE(undo_takes_a_scheduled_campaign_back_and_returns_its_draft)
{
    Dashboard dashboard;
    Browser& browser = dashboard.browser;
    dashboard.choose_list(source_path("tests/data/customers.csv"));
    browser.run("document.getElementById('toasts').dataset.undoSeconds = 50");
    browser.wait_for_text(".send-bar", "7 messages");
    dashboard.write_message();
    browser.click_words("Continue");
    browser.click("input[value=later]");
    browser.run("const field = document.getElementById('field-sendAt'); field.value = arguments[0];"
                "field.dispatchEvent(new Event('input', {bubbles: true}))",
                {a_week_from_now(browser)});
    browser.wait_until_page("it can be scheduled", "document.querySelector('.send-bar .primary:enabled')");
    browser.click(".send-bar .primary");
    browser.wait_for_text("dialog", "Schedule ");
    browser.click("dialog .button.primary");
    browser.wait_for_text(".undoable", "Scheduled: leaves on");
    browser.wait_for_text(".head-name", "Scheduled");
    browser.screenshot("undo-scheduled");
    browser.click_words("Undo");
    browser.wait_for_text("#toasts", "nothing was sent");
    browser.wait_for_text(".draft-note", "Here is your campaign again");
    BOOST_TEST(browser.run("return document.getElementById('field-offer').value").as_string() == "20% off any pizza.");
    BOOST_TEST(!browser.run("return document.getElementById('field-sendAt').value").as_string().empty());
    BOOST_TEST(dashboard.database.value("select status from campaigns") == "canceled");
    BOOST_TEST(dashboard.database.number("select count(*) from outbox") == 0);
    BOOST_TEST(dashboard.twilio.counters().accepted == 0U);
}

BOOST_AUTO_TEST_CASE(a_campaign_whose_messages_were_removed_says_so_and_keeps_its_figures)
{
    Dashboard dashboard;
    Browser& browser = dashboard.browser;
    const std::string id = create_campaign(dashboard, CampaignUpload().with("name", "Autumn menu"));
    dashboard.waybill.wait_until_final(id);
    dashboard.twilio.wait_until_quiet();
    dashboard.database.exec("delete from messages; update campaigns set messages_removed_at = now(), sample_body = ''");
    dashboard.go_to("/campaigns/" + id);
    browser.wait_for_text("#messages", "The messages were removed on ");
    browser.wait_for_text(".about", "messages removed ");
    browser.wait_for_text("main", "This was removed with the messages.");
    browser.wait_for_text(".progress-card", "2 of 2 messages");
    browser.screenshot("campaign-removed");
    BOOST_TEST(browser.text(".actions").find("CSV") == std::string::npos);
    BOOST_TEST(!browser.run("return document.querySelector('#messages .filters').checkVisibility()").as_bool());
    BOOST_TEST(dashboard.waybill.get_json("/api/campaigns/" + id).at("messagesRemovedAt").is_string());
}

BOOST_AUTO_TEST_SUITE_END()
