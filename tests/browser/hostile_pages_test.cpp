#include "tests/browser/browser.hpp"
#include "tests/support/credentials.hpp"
#include "tests/support/http_requests.hpp"
#include "tests/support/postgres.hpp"
#include "tests/support/running_simulator.hpp"
#include "tests/support/scripted_peer.hpp"
#include "tests/support/serve_process.hpp"

#include <boost/json/serialize.hpp>
#include <boost/test/unit_test.hpp>

using namespace waybill::test;

namespace json = boost::json;

namespace
{

constexpr const char* empty_page = "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 16\r\n"
                                   "Connection: close\r\n\r\n<h1>Prizes!</h1>";

// A site of a stranger, which the browser knows as evil.example; that name means this machine, as after DNS rebinding.
struct Fixture
{
    Fixture()
    {
        waybill.start();
        browser.open(origin_of_evil() + "/");
    }

    std::string origin_of_evil() const { return site.origin("evil.example"); }

    // What a fetch by the page gives: a status, 0 for an opaque reply, or -1 when the browser keeps it from the page.
    std::int64_t fetch(const std::string& url, const json::object& how)
    {
        return browser
            .run("return fetch(arguments[0], arguments[1]).then((reply) => reply.status, () => -1)", {url, how})
            .as_int64();
    }
    std::int64_t messages() const { return database.number("select count(*) from messages"); }

    TestDatabase database;
    RunningSimulator twilio;
    ServeProcess waybill{database, twilio};
    ScriptedPeer site{[](PeerConnection& client, int) {
        client.read_request();
        client.write(empty_page);
        client.close();
    }};
    Browser browser{std::vector<std::string>{"--host-resolver-rules=MAP evil.example 127.0.0.1"}};
};

const json::object text = {{"to", "+15550100000"}, {"body", "Hello"}};
const std::string sms = json::serialize(text);

json::object post_of(const std::string& type, const std::string& mode, const std::string& body)
{
    return {{"method", "POST"},
            {"mode", mode},
            {"credentials", "include"},
            {"headers", {{"Content-Type", type}}},
            {"body", body}};
}

void submit_form(Browser& browser, const std::string& action, const std::string& type, const std::string& field)
{
    browser.run("const form = document.createElement('form'); form.method = 'POST'; form.action = arguments[0];"
                "form.enctype = arguments[1]; const field = document.createElement('input');"
                "field.name = arguments[2]; field.value = ''; form.append(field); document.body.append(form);"
                "form.submit()",
                {action, type, field});
}

} // namespace

BOOST_FIXTURE_TEST_SUITE(hostile_pages, Fixture)

BOOST_AUTO_TEST_CASE(a_page_of_another_site_sends_nothing_while_no_one_needs_to_sign_in)
{
    const std::string messages_url = waybill.origin() + "/api/messages";
    BOOST_TEST(fetch(messages_url, post_of("text/plain", "no-cors", sms)) == 0);
    BOOST_TEST(fetch(messages_url, post_of("application/json", "cors", sms)) == -1);
    BOOST_TEST(fetch(waybill.origin() + "/api/campaigns", {}) == -1);
    submit_form(browser, messages_url, "text/plain", sms);
    browser.wait_until_page("the form has arrived", "document.body.innerText.includes('error')");
    BOOST_TEST(messages() == 0);
}

BOOST_AUTO_TEST_CASE(a_name_that_is_rebound_to_this_machine_reads_and_sends_nothing)
{
    const std::string rebound = "http://evil.example" + waybill.origin().substr(waybill.origin().rfind(':'));
    browser.open(rebound + "/"); // from here on the page and Waybill have one origin
    browser.wait_until_page("Waybill refuses the name", "document.body.innerText.includes('ALLOWED_HOSTS')");
    BOOST_TEST(fetch(rebound + "/api/campaigns", {}) == 421);
    BOOST_TEST(fetch(rebound + "/api/messages", post_of("application/json", "same-origin", sms)) == 421);
    BOOST_TEST(messages() == 0);
}

BOOST_AUTO_TEST_CASE(a_page_of_another_site_signs_no_one_in)
{
    add_user(database, "eve@example.com", "admin");
    wait_until_closed(waybill);
    const std::string sign_in = json::serialize(json::object{{"email", "eve@example.com"}, {"password", password}});
    const std::string url = waybill.origin() + "/api/auth/session";
    BOOST_TEST(fetch(url, post_of("text/plain", "no-cors", sign_in)) == 0);
    BOOST_TEST(fetch(url, post_of("application/json", "cors", sign_in)) == -1);
    BOOST_TEST(database.number("select count(*) from sessions") == 0);
    browser.open(waybill.origin() + "/");
    BOOST_TEST(browser.cookies().empty());
}

BOOST_AUTO_TEST_CASE(the_cookie_is_for_no_script_and_no_other_site)
{
    add_user(database, "ana@example.com", "admin");
    wait_until_closed(waybill);
    browser.open(waybill.origin() + "/");
    const std::string sign_in = json::serialize(json::object{{"email", "ana@example.com"}, {"password", password}});
    BOOST_TEST(fetch(waybill.origin() + "/api/auth/session", post_of("application/json", "same-origin", sign_in)) ==
               200);
    int sessions = 0;
    for (const json::value& cookie : browser.cookies()) {
        BOOST_TEST(cookie.at("httpOnly").as_bool());
        BOOST_TEST(cookie.at("sameSite").as_string() == "Strict");
        BOOST_TEST(cookie.at("path").as_string() == "/");
        sessions += cookie.at("name").as_string() == "waybill" ? 1 : 0;
    }
    BOOST_TEST(sessions == 1);
    BOOST_TEST(browser.run("return document.cookie").as_string() == "");
    BOOST_TEST(fetch(waybill.origin() + "/api/campaigns", {}) == 200);

    browser.open(origin_of_evil() + "/");
    BOOST_TEST(fetch(waybill.origin() + "/api/messages", post_of("text/plain", "no-cors", sms)) == 0);
    submit_form(browser, waybill.origin() + "/api/messages", "text/plain", sms);
    browser.wait_until_page("the form has arrived", "document.body.innerText.includes('error')");
    BOOST_TEST(messages() == 0);
}

BOOST_AUTO_TEST_SUITE_END()
