#include "tests/browser/dashboard.hpp"
#include "tests/support/credentials.hpp"

#include <boost/test/unit_test.hpp>

using namespace waybill::test;

BOOST_AUTO_TEST_SUITE(sign_in_page)

BOOST_AUTO_TEST_CASE(a_user_signs_in_sees_what_their_role_allows_and_signs_out)
{
    Dashboard dashboard;
    Browser& browser = dashboard.browser;
    browser.wait_for_text("h1", "Campaigns");
    add_user(dashboard.database, "vera@example.com", "viewer");
    wait_until_closed(dashboard.waybill);
    browser.open(dashboard.waybill.origin() + "/?");
    browser.wait_for_text("h1", "Sign in");
    browser.type("input[name=email]", "vera@example.com");
    browser.type("input[name=password]", "not the password");
    browser.click("form button");
    browser.wait_for_text(".fault", "wrong");
    browser.run("document.querySelector('input[name=password]').value = ''");
    browser.type("input[name=password]", password);
    browser.click("form button");
    browser.wait_for_text("h1", "Campaigns");
    browser.wait_for_text("#who", "vera@example.com");
    BOOST_TEST(browser.run("return document.getElementById('new').hidden").as_bool());
    BOOST_TEST(browser.run("return document.cookie").as_string() == "");
    dashboard.go_to("/access");
    browser.wait_for_text(".no-permission", "Your account may not see this");
    BOOST_TEST(browser.text("main").find("Add user") == std::string::npos);
    browser.screenshot("no-permission");
    browser.click("#account summary");
    browser.wait_for_text("#account-about", "Signed in as vera@example.com (viewer)");
    browser.press(key::escape);
    browser.wait_until_page("the menu is closed", "!document.getElementById('account').open");
    dashboard.go_to("/new");
    browser.wait_for_text("main", "You may look, but not send");
    dashboard.sign_out();
    dashboard.forget_console();
}

BOOST_AUTO_TEST_SUITE_END()
