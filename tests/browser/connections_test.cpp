#include "tests/browser/dashboard.hpp"
#include "tests/support/credentials.hpp"
#include "tests/support/event_receiver.hpp"
#include "tests/support/http_requests.hpp"

#include <boost/test/unit_test.hpp>

#include <atomic>

using namespace waybill::test;

namespace
{

// With one attempt again a second after the first one.
std::map<std::string, std::string> impatient()
{
    return {{"ALLOW_PRIVATE_ENDPOINTS", "yes"}, {"EVENT_RETRY_SECONDS", "1"}};
}

void send_campaign(Dashboard& dashboard, int customers)
{
    dashboard.waybill.wait_until_final(dashboard.make_campaign(lapsed_customers(customers)));
    dashboard.twilio.wait_until_quiet();
}

std::string add_over_the_api(const Dashboard& dashboard, const EventReceiver& receiver)
{
    const RawReply reply = dashboard.waybill.ask(
        json_request("/api/endpoints", {{"url", receiver.url()}, {"description", "Booking system"}}));
    BOOST_REQUIRE_MESSAGE(reply.status == 201, reply.body);
    return std::to_string(json_of(reply).at("id").as_int64());
}

void look_on_a_phone(Browser& browser, const std::string& name)
{
    browser.resize(360, 780);
    for (const bool dark : {false, true}) {
        browser.prefer_dark(dark);
        browser.screenshot(name + (dark ? "-360-dark" : "-360"));
    }
    const auto wide = browser.run("return document.documentElement.scrollWidth").as_int64();
    BOOST_TEST(wide <= 360, name << " is " << wide << " wide");
    browser.resize(1440, 900);
    browser.screenshot(name + "-dark");
    browser.prefer_dark(false);
    browser.screenshot(name);
}

void add_connection(const Dashboard& dashboard, const EventReceiver& receiver)
{
    Browser& browser = dashboard.browser;
    browser.click_words("Add a connection");
    browser.type("dialog [name=url]", receiver.url());
    browser.type("dialog [name=description]", "Booking system");
    browser.screenshot("connection-add");
    browser.click("dialog [type=submit]");
    browser.wait_for_text("dialog .key", "whsec_");
    browser.screenshot("connection-secret");
    BOOST_TEST(browser.text("dialog .key") == dashboard.database.value("select secret from endpoints"));
    browser.leave_dialog();
    browser.wait_for_text("h1", "Booking system");
    browser.wait_for_text(".facts", "Everything");
}

void choose_replies_and_opt_outs(const Dashboard& dashboard)
{
    Browser& browser = dashboard.browser;
    browser.click_words("Change");
    browser.screenshot("connection-change");
    browser.click_words("More filters");
    browser.run("for (const label of document.querySelectorAll('dialog .choice')) "
                "if (!/Replies|Opt-outs/.test(label.innerText)) label.click()");
    browser.click("dialog [type=submit]");
    browser.wait_for_text(".facts", "Replies, opt-outs");
    BOOST_TEST(dashboard.database.value("select array_to_string(kinds, ' ') from endpoints") ==
               "opt_out.created opt_out.lifted reply.received");
}

void pause_and_resume(Browser& browser)
{
    browser.click_words("Pause");
    browser.wait_for_text(".head-name", "Paused");
    browser.click_words("Resume");
    browser.wait_for_text(".head-name", "Working");
}

void replace_the_secret(const Dashboard& dashboard)
{
    Browser& browser = dashboard.browser;
    const std::string before = dashboard.database.value("select secret from endpoints");
    browser.click_words("Replace the secret");
    browser.click("dialog [type=submit]");
    browser.wait_for_text("dialog .key", "whsec_");
    BOOST_TEST(browser.text("dialog .key") != before);
    browser.leave_dialog();
    browser.wait_for_text(".facts", "The old one works as well until");
}

} // namespace

BOOST_AUTO_TEST_SUITE(connections)

BOOST_AUTO_TEST_CASE(a_connection_is_added_tested_changed_paused_and_removed)
{
    const EventReceiver receiver;
    Dashboard dashboard(100, {}, impatient());
    Browser& browser = dashboard.browser;
    browser.click("#account summary");
    browser.click_words("Connections");
    browser.wait_for_text("main", "No connections yet");
    look_on_a_phone(browser, "connections-none");
    add_connection(dashboard, receiver);
    browser.click_words("Send a test");
    browser.wait_for_text("#toasts", "Booking system accepted the test");

    send_campaign(dashboard, 2);
    browser.wait_for_text("main .stacked", "Message delivered");
    browser.wait_for_text("main .stacked", "Campaign completed");
    browser.wait_for_text(".head-name", "Working");
    look_on_a_phone(browser, "connection");

    choose_replies_and_opt_outs(dashboard);
    pause_and_resume(browser);
    replace_the_secret(dashboard);

    const std::size_t before = receiver.accepted().size();
    browser.click("main .stacked tbody .button");
    browser.wait_for_text("#toasts", "1 update will be sent again.");
    receiver.wait_until("it is sent again", [&](const EventReceiver& one) { return one.accepted().size() > before; });

    browser.click_words("All connections");
    browser.wait_for_text("main .stacked", "Working");
    browser.wait_for_text("main .stacked", "Accepted, ");
    look_on_a_phone(browser, "connections");
    browser.click_words("Booking system");
    browser.click_words("Remove");
    browser.click("dialog .button.danger");
    browser.wait_for_text("main", "No connections yet");
    BOOST_TEST(dashboard.database.number("select count(*) from endpoints") == 0);
}

BOOST_AUTO_TEST_CASE(a_connection_that_nothing_reaches_raises_the_alarm_and_catches_up_when_it_is_resumed)
{
    std::atomic<bool> is_repaired = false;
    const EventReceiver receiver(
        [&](const ReceivedEvent&, int) { return is_repaired ? Reaction::accept : Reaction::refuse; });
    Dashboard dashboard(100, {}, impatient());
    Browser& browser = dashboard.browser;
    add_over_the_api(dashboard, receiver);
    send_campaign(dashboard, 1);
    browser.wait_until_page("the navigation is red", "document.querySelector('.top [data-page=system].bad')");
    dashboard.go_to("/system");
    browser.wait_for_text(".part-card.bad", "1 stopped");
    browser.wait_for_text(".part-card.bad", "Booking system");
    look_on_a_phone(browser, "connection-stopped-system");
    browser.click_words("Open the connection");
    browser.wait_for_text(".notice.bad", "press Resume");
    browser.wait_for_text(".facts", "Refused with status 500");
    browser.wait_for_text("main .stacked", "Failed");
    look_on_a_phone(browser, "connection-stopped");
    is_repaired = true;
    browser.click_words("Resume");
    browser.wait_for_text(".head-name", "Working");
    receiver.wait_for_all(dashboard.database);
    browser.wait_until_page("all were accepted",
                            "!/Failed|Waiting/.test(document.querySelector('main .stacked').innerText)");
    browser.wait_until_page("the alarm is over", "!document.querySelector('.top [data-page=system].bad')");
}

BOOST_AUTO_TEST_CASE(what_is_wrong_with_a_connection_is_said_beside_its_field_and_only_administrators_see_them)
{
    Dashboard dashboard;
    Browser& browser = dashboard.browser;
    dashboard.go_to("/connections");
    browser.click_words("Add a connection");
    browser.type("dialog [name=url]", "http://127.0.0.1:9/");
    browser.click("dialog [type=submit]");
    browser.wait_for_text("dialog .field:has([name=url]) .fault", "https");
    BOOST_TEST(browser.run("return document.querySelector('dialog [name=url]').value").as_string() ==
               "http://127.0.0.1:9/");
    browser.run("for (const box of document.querySelectorAll('dialog .choice')) box.click()");
    browser.click("dialog [type=submit]");
    browser.wait_for_text("dialog form > .fault", "Choose at least one");
    browser.leave_dialog();
    add_user(dashboard.database, "otto@example.com", "operator");
    wait_until_closed(dashboard.waybill);
    browser.open(dashboard.waybill.origin() + "/?#/connections");
    dashboard.sign_in("otto@example.com");
    browser.wait_for_text("main", "Your account may not see this");
    BOOST_TEST(!browser.run("return document.getElementById('connections').checkVisibility()").as_bool());
    dashboard.forget_console(); // it reports the refusals' status
}

BOOST_AUTO_TEST_SUITE_END()
