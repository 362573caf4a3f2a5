#include "tests/browser/dashboard.hpp"
#include "tests/support/credentials.hpp"
#include "tests/support/http_requests.hpp"

#include <boost/test/unit_test.hpp>

#include <filesystem>
#include <fstream>

using namespace waybill::test;

namespace
{

std::string setup_link(const ServeProcess& waybill)
{
    std::string link;
    wait_until("the one-time link is written", [&] {
        for (const auto& entry : std::filesystem::recursive_directory_iterator(waybill.directory()))
            if (entry.path().filename() == "setup-link") {
                std::ifstream file(entry.path());
                return static_cast<bool>(std::getline(file, link));
            }
        return false;
    });
    return link;
}

void disable_ben(Browser& browser)
{
    browser.click("[aria-label='Disable ben@example.com']");
    browser.click("dialog .button.danger");
    browser.wait_for_text("main", "Disabled");
}

void change_its_limits(const Dashboard& dashboard)
{
    Browser& browser = dashboard.browser;
    browser.click("[aria-label='Change Booking system']");
    browser.wait_for_text("dialog", "as it is, until");
    browser.screenshot("key-change");
    browser.run("document.querySelector('dialog [name=requestsPerMinute]').value = '';"
                "document.querySelector('dialog [name=dailyBudget]').value = '30';"
                "document.querySelector('dialog [name=expiresInDays]').value = '0'");
    browser.click("dialog [type=submit]");
    browser.wait_for_text("main", "$30.00 a day");
    BOOST_TEST(dashboard.database.value("select concat_ws(' ', role, coalesce(requests_per_minute, 0), daily_budget, "
                                        "array_to_string(senders, ','), expires_at) from api_keys") ==
               "marketer 0 300000 +15005550006,12345");
}

} // namespace

BOOST_AUTO_TEST_SUITE(access_page)

BOOST_AUTO_TEST_CASE(the_link_of_the_first_start_makes_an_administrator_who_is_signed_in)
{
    Dashboard dashboard(100, {}, {{"TRUSTED_PROXIES", "192.0.2.1"}}); // so that no one gets in without signing in
    Browser& browser = dashboard.browser;
    browser.wait_for_text("h1", "Sign in");
    browser.open(setup_link(dashboard.waybill));
    browser.wait_for_text("h1", "Create the first administrator");
    browser.type("input[name=email]", "ana@example.com");
    browser.type("input[name=password]", "too short");
    browser.click("form button"); // which the browser itself refuses
    browser.screenshot("first-administrator");
    browser.run("document.querySelector('input[name=password]').value = ''");
    browser.type("input[name=password]", password);
    browser.click("form button");
    browser.wait_for_text("h1", "Campaigns");
    browser.wait_for_text("#who", "ana@example.com");
    BOOST_TEST(browser.run("return location.hash").as_string() == "#/");
    BOOST_TEST(dashboard.database.value("select email || ' ' || role from users") == "ana@example.com admin");
    dashboard.forget_console(); // it reports the refusals before
}

BOOST_AUTO_TEST_CASE(users_are_added_get_a_new_password_and_are_disabled)
{
    Dashboard dashboard;
    Browser& browser = dashboard.browser;
    browser.wait_for_text("#who", "This computer");
    browser.click("#account summary");
    browser.click_words("Users and keys");
    browser.wait_for_text("main", "Nobody can sign in yet");
    const auto add = [&](std::string_view email, std::string_view role) {
        browser.click_words("Add user");
        browser.type("dialog [name=email]", email);
        browser.run("document.querySelector('dialog [name=role]').value = arguments[0]", {role});
        browser.type("dialog [name=password]", password);
        browser.click("dialog [type=submit]");
    };
    add("ana@example.com", "admin");
    browser.wait_for_text("h1", "Sign in"); // from now on everyone must
    dashboard.sign_in("ana@example.com");
    browser.wait_for_text("main", "ana@example.com");
    add("ben@example.com", "marketer");
    browser.wait_for_text("main", "ben@example.com");
    browser.wait_for_text("main", "Marketer");
    add("ben@example.com", "viewer");
    browser.wait_for_text("dialog .fault", "This address has an account already");
    browser.leave_dialog();
    browser.click("[aria-label='New password for ben@example.com']");
    browser.type("dialog [name=password]", "another long password");
    browser.click("dialog [type=submit]");
    browser.wait_for_text("#toasts", "ben@example.com has a new password.");
    disable_ben(browser);
    browser.click("[aria-label='Enable ben@example.com']");
    browser.wait_for_text("#toasts", "ben@example.com can sign in again.");
    disable_ben(browser);
    browser.screenshot("users");
    BOOST_TEST(dashboard.database.value("select string_agg(email || ' ' || role || ' ' || (disabled_at is not null), "
                                        "', ' order by id) from users") ==
               "ana@example.com admin false, ben@example.com marketer true");
    BOOST_TEST(browser.run("return document.querySelector(\"[aria-label='Disable ana@example.com']\")").is_null());
    dashboard.forget_console();
}

BOOST_AUTO_TEST_CASE(a_role_is_changed_and_counts_where_its_user_is_signed_in_already)
{
    Dashboard dashboard;
    Browser& browser = dashboard.browser;
    const std::string key = add_key(dashboard.database, "admin");
    add_user(dashboard.database, "ana@example.com", "admin");
    add_user(dashboard.database, "ben@example.com", "marketer");
    wait_until_closed(dashboard.waybill);
    browser.open(dashboard.waybill.origin() + "/?#/access");
    dashboard.sign_in("ana@example.com");
    const auto choose = [&](std::string_view email, std::string_view role) {
        browser.click("[aria-label='Change the role of " + std::string(email) + "']");
        browser.run("document.querySelector('dialog [name=role]').value = arguments[0]", {role});
        browser.click("dialog [type=submit]");
    };
    choose("ana@example.com", "viewer");
    browser.wait_for_text("dialog .fault", "This is the last administrator");
    browser.screenshot("last-administrator");
    browser.leave_dialog();
    choose("ben@example.com", "admin");
    browser.wait_until_page("both are administrators",
                            "document.querySelector('main table').innerText.match(/Administrator/g)?.length === 2");
    browser.screenshot("users-roles");

    std::string request = json_request("/api/users/ana@example.com", {{"role", "viewer"}});
    BOOST_TEST(dashboard.waybill.ask(with_token(request.replace(0, 4, "PATCH"), key)).status == 200);
    dashboard.go_to("/audit");
    browser.wait_for_text("main", "Your account may not see this");
    browser.click("#account summary");
    browser.wait_for_text("#account-about", "(viewer)");
    BOOST_TEST(!browser.run("return document.getElementById('access').checkVisibility()").as_bool());
    dashboard.forget_console(); // it reports the refusals' status
}

BOOST_AUTO_TEST_CASE(a_key_gets_limits_which_are_seen_changed_and_is_revoked)
{
    Dashboard dashboard;
    Browser& browser = dashboard.browser;
    add_user(dashboard.database, "ana@example.com", "admin");
    wait_until_closed(dashboard.waybill);
    browser.open(dashboard.waybill.origin() + "/?#/access");
    browser.wait_for_text("h1", "Sign in");
    dashboard.sign_in("ana@example.com");
    browser.click_words("Add key");
    browser.type("dialog [name=name]", "Booking system");
    browser.run("document.querySelector('dialog [name=role]').value = 'marketer'");
    browser.type("dialog [name=dailyBudget]", "20.00");
    browser.type("dialog [name=requestsPerMinute]", "60");
    browser.type("dialog [name=senders]", "the short one");
    browser.type("dialog [name=expiresInDays]", "90");
    browser.click("dialog [type=submit]");
    browser.wait_for_text(".field:has([name=senders])", "Must be numbers like +15005550006");
    BOOST_TEST(browser.run("return document.querySelector('dialog [name=dailyBudget]').value").as_string() == "20.00");
    browser.screenshot("key-limits");
    browser.run("document.querySelector('dialog [name=senders]').value = ''");
    browser.type("dialog [name=senders]", "+1 (500) 555-0006, 12345");
    browser.click("dialog [type=submit]");
    browser.wait_for_text("dialog .key", "wb_");
    browser.screenshot("key-shown-once");
    browser.leave_dialog();
    for (const char* words : {"Booking system", "Marketer", "$20.00 a day", "60 requests a minute",
                              "Sends only from +15005550006, 12345", "Until "})
        browser.wait_for_text("main", words);
    browser.screenshot("keys");
    BOOST_TEST(dashboard.database.value("select concat_ws(' ', role, requests_per_minute, daily_budget, "
                                        "array_to_string(senders, ','), expires_at::date - now()::date) "
                                        "from api_keys") == "marketer 60 200000 +15005550006,12345 90");
    change_its_limits(dashboard);
    browser.click("[aria-label='Revoke Booking system']");
    browser.click("dialog .button.danger");
    browser.wait_for_text("main", "No keys");
    BOOST_TEST(dashboard.database.number("select count(*) from api_keys where revoked_at is null") == 0);
    dashboard.forget_console();
}

BOOST_AUTO_TEST_SUITE_END()
