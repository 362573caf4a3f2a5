#include "server/access/token.hpp"
#include "tests/support/credentials.hpp"
#include "tests/support/polling.hpp"
#include "tests/support/service.hpp"

#include <boost/test/unit_test.hpp>

#include <memory>
#include <vector>

using namespace waybill;
using test::RawReply;

namespace json = boost::json;

namespace
{

struct Fixture
{
    Fixture()
    {
        test::add_user(database, "ana@example.com", "operator");
        test::wait_until_closed(service);
    }

    static std::string attempt(const std::string& route, const std::string& email, const std::string& password)
    {
        return test::json_request("/api/auth/" + route, {{"email", email}, {"password", password}});
    }
    RawReply sign_in(const std::string& route, const std::string& password = test::password)
    {
        return service.ask(attempt(route, "Ana@Example.com", password));
    }
    RawReply get_with_cookie(const std::string& cookie, const std::string& target = "/api/auth/me")
    {
        return service.ask(test::with_header(test::get_request(target), "Cookie", cookie));
    }
    static std::string cookie_of(const RawReply& reply)
    {
        const std::string cookie = reply.field("Set-Cookie");
        return cookie.substr(0, cookie.find(';'));
    }

    test::TestDatabase database;
    test::Service service{database};
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(access_sign_in, Fixture)

BOOST_AUTO_TEST_CASE(the_existing_client_gets_a_token_and_no_cookie)
{
    const RawReply reply = sign_in("login");
    BOOST_REQUIRE_MESSAGE(reply.status == 200, reply.body);
    BOOST_TEST(reply.field("Set-Cookie") == "");
    const json::object body = test::json_of(reply).as_object();
    BOOST_TEST(body.at("message").is_string());
    const std::string token(body.at("token").as_string());
    const RawReply me = service.ask(test::with_token(test::get_request("/api/auth/me"), token));
    const json::object user = test::json_of(me).at("user").as_object();
    BOOST_TEST(user.at("email").as_string() == "ana@example.com");
    BOOST_TEST(user.at("role").as_string() == "operator");
    BOOST_TEST(user.at("email_verified").as_bool());
    BOOST_TEST(user.at("last_login").as_string().ends_with("Z"));
    for (const char* name : {"user_id", "created_at", "restaurant", "impersonating_restaurant_id"})
        BOOST_TEST(user.contains(name), name);
    BOOST_TEST(service.ask(test::with_token(test::get_request("/api/campaigns"), token)).status == 200);
}

BOOST_AUTO_TEST_CASE(the_dashboard_gets_a_cookie_and_no_token)
{
    const RawReply reply = sign_in("session");
    BOOST_REQUIRE_MESSAGE(reply.status == 200, reply.body);
    const std::string cookie = reply.field("Set-Cookie");
    BOOST_TEST(cookie.starts_with("waybill=ws_"));
    BOOST_TEST(cookie.ends_with("; Path=/; HttpOnly; SameSite=Strict"));
    BOOST_TEST(!test::json_of(reply).as_object().contains("token"));
    BOOST_TEST(get_with_cookie(cookie_of(reply)).status == 200);
    BOOST_TEST(get_with_cookie(cookie_of(reply), "/api/campaigns").status == 200);
    // A cookie that was set over http is not one of https.
    BOOST_TEST(get_with_cookie("__Host-" + cookie_of(reply)).status == 403);
}

BOOST_AUTO_TEST_CASE(signing_out_ends_the_session)
{
    const std::string cookie = cookie_of(sign_in("session"));
    const std::string request = test::request_with_body("/api/auth/logout", {{"Cookie", cookie}}, "");
    const RawReply reply = service.ask(request);
    BOOST_TEST(reply.status == 200);
    BOOST_TEST(reply.field("Set-Cookie").find("Max-Age=0") != std::string::npos);
    BOOST_TEST(get_with_cookie(cookie).status == 401);
}

BOOST_AUTO_TEST_CASE(a_planted_session_is_worth_nothing_after_signing_in)
{
    const std::string planted = "waybill=" + access::new_token(access::TokenKind::session);
    const RawReply reply =
        service.ask(test::with_header(attempt("session", "ana@example.com", test::password), "Cookie", planted));
    BOOST_TEST(reply.status == 200);
    BOOST_TEST(cookie_of(reply) != planted);
    BOOST_TEST(get_with_cookie(planted).status == 401);
}

BOOST_AUTO_TEST_CASE(a_wrong_password_and_an_unknown_account_look_the_same)
{
    const RawReply wrong = sign_in("login", "wrong horse battery");
    const RawReply unknown = service.ask(attempt("login", "eve@example.com", test::password));
    BOOST_TEST(wrong.status == 401);
    BOOST_TEST(unknown.status == 401);
    BOOST_TEST(wrong.body == unknown.body);
}

BOOST_AUTO_TEST_CASE(guessing_is_slowed_down)
{
    for (int attempt = 0; attempt < 3; ++attempt)
        BOOST_TEST(sign_in("login", "wrong horse battery").status == 401);
    const RawReply next = sign_in("login");
    BOOST_TEST(next.status == 429);
    BOOST_TEST(std::stoi(next.field("Retry-After")) >= 1);
    database.exec("update sign_in_failures set last_at = now() - interval '2 seconds'");
    BOOST_TEST(sign_in("login").status == 200);
    BOOST_TEST(database.number("select count(*) from sign_in_failures where key like '%ana%'") == 0);
}

BOOST_AUTO_TEST_CASE(a_flood_of_attempts_leaves_the_server_responsive)
{
    std::vector<std::unique_ptr<test::RawHttp>> flood;
    for (int number = 0; number < 200; ++number) {
        flood.push_back(std::make_unique<test::RawHttp>(service.port(), 0, std::chrono::seconds(60)));
        flood.back()->send(attempt("login", "user" + std::to_string(number) + "@example.com", "wrong horse battery"));
    }
    const auto before = std::chrono::steady_clock::now();
    BOOST_TEST(service.get("/healthz").status == 200);
    BOOST_TEST((std::chrono::steady_clock::now() - before < std::chrono::seconds(1)));
    int refused = 0;
    for (const auto& each : flood) {
        const int status = each->receive().status;
        BOOST_TEST((status == 401 || status == 429), status);
        refused += status == 429 ? 1 : 0;
    }
    BOOST_TEST(refused > 100);
}

BOOST_AUTO_TEST_CASE(sign_in_wants_json_of_our_own_pages)
{
    const std::string form = test::request_with_body(
        "/api/auth/session", {{"Content-Type", "application/x-www-form-urlencoded"}}, "email=a&password=b");
    BOOST_TEST(service.ask(form).status == 415);
    const std::string foreign =
        test::with_header(attempt("session", "ana@example.com", test::password), "Origin", "https://evil.example");
    BOOST_TEST(service.ask(foreign).status == 403);
    for (const std::string body : {"", "[]", "{}", R"({"email": 1, "password": null})", "{"}) {
        const int status =
            service.ask(test::request_with_body("/api/auth/login", {{"Content-Type", "application/json"}}, body))
                .status;
        BOOST_TEST((status == 400 || status == 422), body);
    }
}

BOOST_AUTO_TEST_CASE(over_https_the_cookie_belongs_to_the_host_alone)
{
    test::ServiceOptions options;
    options.settings.public_base_url = "https://texts.example.com";
    test::Service open(database, options);
    const auto there = [](std::string request) {
        return request.replace(request.find("127.0.0.1"), 9, "texts.example.com");
    };
    const RawReply reply = open.ask(there(attempt("session", "ana@example.com", test::password)));
    BOOST_REQUIRE(reply.status == 200);
    BOOST_TEST(reply.field("Set-Cookie").starts_with("__Host-waybill=ws_"));
    BOOST_TEST(reply.field("Set-Cookie").ends_with("; Secure"));
    const std::string cookie = cookie_of(reply);
    const auto me = [&](const std::string& value) {
        return open.ask(there(test::with_header(test::get_request("/api/auth/me"), "Cookie", value))).status;
    };
    BOOST_TEST(me(cookie) == 200);
    BOOST_TEST(me(cookie.substr(7)) == 403); // as a page of http could have set it
}

BOOST_AUTO_TEST_CASE(a_stream_ends_soon_after_its_key_was_revoked)
{
    const std::string key = test::add_key(database, "admin");
    const RawReply created = service.ask(
        test::with_token(test::CampaignUpload().file(test::lapsed_customers(1)).request("/api/campaigns/sms"), key));
    const std::string id(test::json_of(created).at("data").at("campaignId").as_string());
    test::RawHttp viewer(service.port());
    viewer.send(test::with_token(test::get_request("/api/campaigns/" + id + "/events"), key));
    BOOST_TEST(viewer.receive_head().status == 200);
    BOOST_TEST(!viewer.receive_chunk().empty());
    test::revoke_keys(database);
    const auto revoked = std::chrono::steady_clock::now();
    while (!viewer.receive_chunk().empty())
        continue;
    BOOST_TEST((std::chrono::steady_clock::now() - revoked < std::chrono::seconds(2)));
}

BOOST_AUTO_TEST_CASE(while_postgresql_is_away_a_known_key_reads_the_state_of_the_system)
{
    const std::string key = test::add_key(database, "admin");
    const auto status = [&](const std::string& target, const std::string& token) {
        return service.ask(test::with_token(test::get_request(target), token)).status;
    };
    BOOST_TEST(status("/api/system", key) == 200);
    database.go_away();
    test::wait_until("the server has noticed", [&] { return status("/api/campaigns", key) == 503; });
    BOOST_TEST(status("/api/system", key) == 200);
    BOOST_TEST(status("/metrics", key) == 200);
    const std::string unknown = access::new_token(access::TokenKind::key);
    BOOST_TEST(status("/api/system", unknown) == 503);
    BOOST_TEST(service.get("/healthz").status == 200);
    database.come_back();
    test::wait_until("the server is back", [&] { return status("/api/campaigns", key) == 200; });
}

BOOST_AUTO_TEST_SUITE_END()
