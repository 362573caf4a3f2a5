#include "tests/browser/dashboard.hpp"
#include "tests/support/http_requests.hpp"
#include "tests/support/tested_build.hpp"

#include <boost/test/unit_test.hpp>

using namespace waybill::test;

namespace
{

const std::filesystem::path customers = source_path("tests/data/customers.csv");

// Presses Tab until that element has the focus.
void tab_to(Browser& browser, std::string_view selector)
{
    for (int presses = 0; presses < 80; ++presses) {
        browser.press(key::tab);
        if (browser.run("return document.activeElement.matches(arguments[0])", {selector}).as_bool()) return;
    }
    BOOST_FAIL("the Tab key never leads to " << selector);
}

// Whether the preview is on the screen and covers no part of the field that has the focus.
constexpr std::string_view preview_is_seen = R"js(
    const field = document.activeElement.getBoundingClientRect();
    const phone = document.querySelector('.phone-card').getBoundingClientRect();
    return phone.top >= 0 && phone.bottom <= innerHeight && (phone.bottom <= field.top || phone.top >= field.bottom);
)js";

std::string value_of(Browser& browser, std::string_view selector)
{
    return std::string(browser.run("return document.querySelector(arguments[0]).value", {selector}).as_string());
}

} // namespace

BOOST_AUTO_TEST_SUITE(create_pages)

BOOST_AUTO_TEST_CASE(a_campaign_is_made_on_a_phone_by_keyboard_alone_with_the_preview_in_sight)
{
    Dashboard dashboard;
    Browser& browser = dashboard.browser;
    browser.resize(375, 667);
    browser.run("document.getElementById('toasts').dataset.undoSeconds = 0");
    tab_to(browser, "#new");
    browser.press(key::enter);
    browser.wait_for_text("h1", "New campaign");
    tab_to(browser, "#customer-list");
    browser.choose_file("#customer-list", customers);
    browser.wait_for_text(".send-bar", "7 messages");
    tab_to(browser, ".send-bar .primary");
    browser.press(key::enter);
    for (const auto& [field, text] :
         {std::pair{"#field-restaurantName", "Luigi's"}, std::pair{"#field-offerCode", "SAVE20"},
          std::pair{"#field-offer", "Free tiramisu."}}) {
        tab_to(browser, field);
        browser.press(text);
        BOOST_TEST(browser.run(preview_is_seen).as_bool(), field);
    }
    tab_to(browser, "#field-message");
    browser.press("!");
    BOOST_TEST(browser.run(preview_is_seen).as_bool());
    browser.wait_for_text(".bubble", "We miss you at Luigi's! Free tiramisu. Use code SAVE20");
    browser.screenshot("create-message-375");
    tab_to(browser, ".send-bar .primary");
    browser.press(key::enter);
    browser.wait_for_text(".step-title:not([hidden] *)", "When, and for how much?");
    browser.wait_until_page("the count is that of this text", "!document.querySelector('.send-bar .primary').disabled");
    tab_to(browser, ".send-bar .primary");
    browser.press(key::enter);
    browser.wait_for_text("dialog", "Send 7 messages now?");
    browser.press(key::enter); // the focus is on the button that sends
    browser.wait_for_text(".progress-card", "Sent completely");
    BOOST_TEST(dashboard.database.number("select count(*) from messages") == 7);
}

BOOST_AUTO_TEST_CASE(what_is_missing_is_said_beside_its_field)
{
    Dashboard dashboard;
    Browser& browser = dashboard.browser;
    dashboard.go_to("/new");
    browser.wait_for_text("h1", "New campaign");
    browser.click_words("Continue");
    browser.wait_for_text(".drop-box .fault", "Choose the list of your customers first.");
    browser.choose_file("#customer-list", customers);
    browser.wait_for_text(".send-bar", "7 messages");
    browser.click_words("Continue");
    browser.click_words("Continue");
    browser.wait_for_text(".field:has(#field-restaurantName)", "Restaurant is missing.");
    browser.wait_for_text(".field:has(#field-offer)", "Offer is missing.");
    BOOST_TEST(browser.run("return document.activeElement.id").as_string() == "field-restaurantName");
    browser.type("#field-restaurantName", "Luigi's");
    browser.type("#field-offer", "20% off.");
    browser.type("#field-offerCode", "SAVE20");
    browser.click_words("Continue");
    browser.click("input[value=later]");
    browser.run("const time = document.getElementById('field-sendAt'); time.value = '2020-01-31T12:00';"
                "time.dispatchEvent(new Event('input', {bubbles: true}))");
    browser.wait_for_text(".schedule", "which has passed");
    browser.wait_until_page("it is counted", "!document.querySelector('.send-bar .primary').disabled");
    browser.click_words("Review and send");
    browser.wait_for_text(".schedule", "This time has passed. Choose a later one");
    browser.screenshot("create-past");
    BOOST_TEST(dashboard.database.number("select count(*) from campaigns") == 0);
}

// A browser posts line breaks as CR LF; each is one character of the text, in the price and on the phone.
BOOST_AUTO_TEST_CASE(a_text_with_line_breaks_costs_what_the_page_says)
{
    Dashboard dashboard;
    Browser& browser = dashboard.browser;
    dashboard.choose_list(customers);
    browser.wait_for_text(".send-bar", "7 messages");
    dashboard.write_message();
    const std::string text = "Two lines\nand a third:\n" + std::string(160 - 23, 'x');
    browser.run("const field = document.getElementById('field-message'); field.value = arguments[0];"
                "field.dispatchEvent(new Event('input', {bubbles: true}))",
                {text});
    browser.wait_for_text(".phone-card", "160 characters · 1 segment");
    browser.wait_for_text(".send-bar", "7 segments");
    dashboard.review();
    browser.wait_for_text("dialog", "$0.05 for 7 segments");
    browser.click_words("Send 7 messages for $0.05");
    browser.wait_for_text(".progress-card", "Sent completely");
    BOOST_TEST(dashboard.database.number("select sum(segments) from messages") == 7);
    BOOST_TEST(dashboard.database.number("select count(*) from messages where body like E'Two lines\\nand%'") == 7);
}

BOOST_AUTO_TEST_CASE(a_test_goes_to_ones_own_number_which_is_remembered)
{
    Dashboard dashboard;
    Browser& browser = dashboard.browser;
    dashboard.choose_list(customers);
    browser.wait_for_text(".send-bar", "7 messages");
    dashboard.write_message();
    browser.type("#field-to", "(212) 555-0199");
    browser.click_words("Send me a test");
    browser.wait_for_text(".test-result", "is on its way");
    BOOST_TEST(dashboard.database.value("select recipient from messages") == "+12125550199");
    BOOST_TEST(dashboard.database.number("select count(*) from campaigns") == 0);
    browser.run("location.reload()");
    browser.wait_for_text(".draft-note", "Your draft of");
    BOOST_TEST(value_of(browser, "#field-to") == "(212) 555-0199");
}

BOOST_AUTO_TEST_CASE(undo_takes_a_campaign_back_before_anything_has_left)
{
    Dashboard dashboard;
    Browser& browser = dashboard.browser;
    dashboard.choose_list(customers);
    browser.run("document.getElementById('toasts').dataset.undoSeconds = 50");
    browser.wait_for_text(".send-bar", "7 messages");
    dashboard.write_message();
    dashboard.review();
    browser.click("dialog .button.primary");
    browser.wait_for_text(".undoable", "Sending 7 messages.");
    browser.screenshot("undo");
    browser.click_words("Undo");
    browser.wait_for_text("#toasts", "nothing was sent");
    browser.wait_for_text(".draft-note", "Here is your campaign again");
    BOOST_TEST(value_of(browser, "#field-offer") == "20% off any pizza.");
    BOOST_TEST(dashboard.database.value("select status from campaigns") == "canceled");
    BOOST_TEST(dashboard.twilio.counters().accepted == 0U);
}

BOOST_AUTO_TEST_CASE(the_same_upload_again_is_sent_only_when_it_is_confirmed)
{
    Dashboard dashboard;
    Browser& browser = dashboard.browser;
    for (const bool again : {false, true}) {
        dashboard.choose_list(source_path("tests/data/lists/guests.xlsx"));
        browser.run("const hours = document.getElementById('field-notTextedWithinHours'); hours.value = 0;"
                    "hours.dispatchEvent(new Event('input', {bubbles: true}))");
        browser.wait_for_text(".send-bar", "4 messages");
        dashboard.write_message();
        dashboard.review();
        browser.click("dialog .button.primary");
        if (again) {
            browser.wait_for_text("dialog", "The same list, text and offer were uploaded");
            browser.click_words("Send 4 messages once more");
        }
        browser.wait_for_text(".progress-card", "Sent completely");
    }
    BOOST_TEST(dashboard.database.number("select count(*) from messages") == 8);
    dashboard.forget_console(); // it reports the refusal's status
}

BOOST_AUTO_TEST_CASE(each_tab_keeps_its_own_draft)
{
    Dashboard dashboard;
    Browser& browser = dashboard.browser;
    dashboard.go_to("/new");
    browser.wait_for_text("h1", "New campaign");
    const auto write = [&](const char* offer) {
        browser.click(".step-button:not([aria-current])");
        browser.type("#field-offer", offer);
    };
    const auto opened = [&] { return browser.run("return sessionStorage.getItem('waybill-draft')").is_string(); };
    wait_until("the draft is open", opened);
    write("First offer");
    const std::string first = browser.tab();
    browser.open_tab();
    browser.open(dashboard.waybill.origin() + "/#/new");
    browser.wait_for_text("h1", "New campaign");
    wait_until("the draft is open", opened);
    BOOST_TEST(value_of(browser, "#field-offer") == "");
    write("Second offer");
    browser.close_tab();
    browser.show_tab(first);
    browser.run("location.reload()");
    browser.wait_for_text(".draft-note", "Your draft of");
    BOOST_TEST(value_of(browser, "#field-offer") == "First offer");
    BOOST_TEST(browser.run("return Object.keys(localStorage).filter((key) => key.startsWith('waybill-draft-')).length")
                   .as_int64() == 2);
}

BOOST_AUTO_TEST_SUITE_END()
