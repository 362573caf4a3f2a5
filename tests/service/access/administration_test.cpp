#include "server/access/token.hpp"
#include "tests/support/credentials.hpp"
#include "tests/support/polling.hpp"
#include "tests/support/service.hpp"

#include <boost/test/unit_test.hpp>

#include <fstream>

using namespace waybill;
using test::RawReply;

namespace json = boost::json;

namespace
{

RawReply post(const test::ServiceClient& service, const std::string& target, const json::value& body,
              const std::string& token)
{
    return service.ask(test::with_token(test::json_request(target, body), token));
}

} // namespace

BOOST_AUTO_TEST_SUITE(access_administration)

BOOST_AUTO_TEST_CASE(an_administrator_adds_and_disables_users)
{
    test::TestDatabase database;
    test::Service service(database);
    const std::string admin = test::add_key(database, "admin");
    const json::object bob{{"email", "Bob@example.com"}, {"role", "viewer"}, {"password", test::password}};
    BOOST_TEST(post(service, "/api/users", bob, admin).status == 201);
    BOOST_TEST(post(service, "/api/users", bob, admin).status == 409);
    for (const char* role : {"", "root"})
        BOOST_TEST(post(service, "/api/users",
                        {{"email", "c@example.com"}, {"role", role}, {"password", test::password}}, admin)
                       .status == 422);
    BOOST_TEST(
        post(service, "/api/users", {{"email", "c@example.com"}, {"role", "viewer"}, {"password", "short"}}, admin)
            .status == 422);
    const std::string login =
        test::json_request("/api/auth/login", {{"email", "bob@example.com"}, {"password", test::password}});
    const std::string token(test::json_of(service.ask(login)).at("token").as_string());
    BOOST_TEST(service.ask(test::with_token(test::get_request("/api/campaigns"), token)).status == 200);
    BOOST_TEST(service.ask(test::with_token(test::get_request("/api/users"), token)).status == 403);
    BOOST_TEST(
        service.ask(test::with_token(test::get_request("/api/users/bob@example.com/disable", "POST"), admin)).status ==
        200);
    BOOST_TEST(service.ask(test::with_token(test::get_request("/api/campaigns"), token)).status == 401);
    BOOST_TEST(service.ask(login).status == 401);
    const auto users = test::json_of(service.ask(test::with_token(test::get_request("/api/users"), admin)));
    BOOST_TEST(users.at("users").at(0).at("disabled").as_bool());
}

BOOST_AUTO_TEST_CASE(a_key_is_shown_once_and_revoked_for_good)
{
    test::TestDatabase database;
    test::Service service(database);
    BOOST_TEST(service.ask(test::json_request("/api/keys", {{"name", "shop"}, {"role", "operator"}})).status == 409);
    test::add_user(database, "ana@example.com", "admin");
    const std::string admin = test::add_key(database, "admin");
    const RawReply reply = post(service, "/api/keys",
                                {{"name", "shop"}, {"permissions", {"campaigns:read"}}, {"expiresInDays", 30}}, admin);
    BOOST_REQUIRE_MESSAGE(reply.status == 201, reply.body);
    const json::object shop = test::json_of(reply).as_object();
    const std::string key(shop.at("key").as_string());
    BOOST_TEST(shop.at("expiresAt").is_string());
    BOOST_TEST(service.ask(test::with_token(test::get_request("/api/campaigns"), key)).status == 200);
    const RawReply list = service.ask(test::with_token(test::get_request("/api/keys"), admin));
    BOOST_TEST(list.body.find(key) == std::string::npos);
    const std::string id = std::to_string(shop.at("id").as_int64());
    BOOST_TEST(service.ask(test::with_token(test::get_request("/api/keys/" + id, "DELETE"), admin)).status == 204);
    BOOST_TEST(service.ask(test::with_token(test::get_request("/api/campaigns"), key)).status == 401);
    BOOST_TEST(service.ask(test::with_token(test::get_request("/api/keys/" + id, "DELETE"), admin)).status == 404);
    BOOST_TEST(post(service, "/api/keys", {{"name", "x"}, {"permissions", {"everything"}}}, admin).status == 422);
}

BOOST_AUTO_TEST_CASE(the_link_in_the_file_makes_the_first_administrator_once)
{
    test::TestDatabase database;
    test::TestDirectory journal;
    test::ServiceOptions options;
    options.settings.public_base_url = "https://texts.example.com";
    options.settings.journal_dir = journal.path();
    test::Service service(database, options);
    std::string link;
    test::wait_until("the link is there", [&] {
        std::ifstream file(journal.path() / "setup-link");
        return static_cast<bool>(std::getline(file, link));
    });
    BOOST_TEST(link.starts_with("https://texts.example.com/#setup="));
    const std::string token = link.substr(link.find('=') + 1);
    const auto redeem = [&](const std::string& with, const std::string& email) {
        return service.ask(
            test::json_request("/api/auth/setup", {{"token", with}, {"email", email}, {"password", test::password}}));
    };
    BOOST_TEST(redeem("wrong", "eve@example.com").status == 403);
    const RawReply reply = redeem(token, "ana@example.com");
    BOOST_TEST(reply.status == 201, reply.body);
    BOOST_TEST(reply.field("Set-Cookie").find("waybill=ws_") != std::string::npos);
    BOOST_TEST(database.value("select string_agg(action || ' ' || principal || ' ' || (changed -> 'sessions'), ',') "
                              "from audit_log") == "user.setup user:ana@example.com 1");
    BOOST_TEST(redeem(token, "eve@example.com").status == 403);
    BOOST_TEST(database.value("select string_agg(email || ' ' || role, ',') from users") == "ana@example.com admin");
}

BOOST_AUTO_TEST_SUITE_END()
