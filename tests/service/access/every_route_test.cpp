#include "server/access/permissions.hpp"
#include "server/access/token.hpp"
#include "server/api/routes.hpp"
#include "tests/support/credentials.hpp"
#include "tests/support/polling.hpp"
#include "tests/support/service.hpp"

#include <boost/test/unit_test.hpp>

using namespace waybill;
using access::Permission;
using test::RawReply;

namespace
{

std::string path_of(const api::Route& route)
{
    std::string path(route.path);
    for (auto begin = path.find('{'); begin != std::string::npos; begin = path.find('{'))
        path.replace(begin, path.find('}') - begin + 1, "1");
    return path;
}

std::string request_of(const api::Route& route)
{
    std::string request = test::get_request(path_of(route), route.method);
    if (route.body == api::Body::upload)
        request = test::with_header(std::move(request), "Content-Type", "multipart/form-data; boundary=b");
    return request;
}

struct Fixture
{
    test::TestDatabase database;
    test::Service service{database};

    // Asks for every route that requires a permission.
    template <class Check>
    void for_each_route(Check check)
    {
        int count = 0;
        for (const api::Route& route : api::all_routes()) {
            if (route.permission == Permission::none) continue;
            BOOST_TEST_CONTEXT(route.method << " " << route.path)
            {
                check(route);
            }
            ++count;
        }
        BOOST_TEST(count > 25);
    }
    void check_unauthorized(const RawReply& reply)
    {
        BOOST_TEST(reply.status == 401);
        BOOST_TEST(reply.field("WWW-Authenticate") == "Bearer");
        BOOST_TEST(test::json_of(reply).at("error").is_string());
    }
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(access_every_route, Fixture)

BOOST_AUTO_TEST_CASE(each_route_refuses_a_request_without_a_credential)
{
    test::add_key(database, "admin");
    test::wait_until_closed(service);
    for_each_route([&](const api::Route& route) {
        const RawReply reply = service.ask(request_of(route));
        BOOST_TEST(reply.status == 403);
        BOOST_TEST(test::json_of(reply).at("error").as_string() == "Not authenticated");
    });
}

BOOST_AUTO_TEST_CASE(each_route_refuses_a_credential_that_is_not_in_force)
{
    const std::string revoked = test::add_key(database, "admin");
    test::wait_until_closed(service);
    BOOST_TEST(service.ask(test::with_token(test::get_request("/api/campaigns"), revoked)).status == 200);
    test::revoke_keys(database);
    test::wait_until("the key is revoked", [&] {
        return service.ask(test::with_token(test::get_request("/api/campaigns"), revoked)).status == 401;
    });
    const std::string unknown = access::new_token(access::TokenKind::session);
    for_each_route([&](const api::Route& route) {
        check_unauthorized(service.ask(test::with_token(request_of(route), revoked)));
        check_unauthorized(service.ask(test::with_token(request_of(route), unknown)));
        check_unauthorized(service.ask(test::with_token(request_of(route), "nonsense")));
        check_unauthorized(service.ask(test::with_header(request_of(route), "Authorization", "Basic YTpi")));
    });
}

BOOST_AUTO_TEST_CASE(each_route_refuses_an_expired_session)
{
    test::add_user(database, "ana@example.com", "admin");
    test::wait_until_closed(service);
    const std::string token = access::new_token(access::TokenKind::session);
    database.exec("insert into sessions (user_id, token_hash, last_used_from, last_used_at) select id, decode('" +
                  access::hex_of(access::hash_of(token)) + "', 'hex'), '', now() - interval '13 hours' from users");
    for_each_route(
        [&](const api::Route& route) { check_unauthorized(service.ask(test::with_token(request_of(route), token))); });
}

BOOST_AUTO_TEST_CASE(each_route_names_the_permission_that_a_key_lacks)
{
    std::map<Permission, std::string> keys;
    for_each_route([&](const api::Route& route) {
        if (route.permission == Permission::any) return;
        if (!keys.contains(route.permission)) {
            auto names = access::names_of(access::permissions_of(access::Role::admin));
            std::erase_if(names, [&](const std::string& name) { // nor that for the caller's own
                return name.starts_with(access::name_of(route.permission));
            });
            keys[route.permission] = test::add_key_for(database, names);
        }
        const RawReply reply = service.ask(test::with_token(request_of(route), keys[route.permission]));
        BOOST_TEST(reply.status == 403);
        const std::string sentence(test::json_of(reply).at("error").as_string());
        BOOST_TEST(sentence.find(access::name_of(route.permission)) != std::string::npos, sentence);
    });
}

BOOST_AUTO_TEST_CASE(routes_that_take_json_take_nothing_else)
{
    const std::string key = test::add_key(database, "admin");
    int count = 0;
    for (const api::Route& route : api::all_routes()) {
        const bool takes_json = route.body == api::Body::short_json || route.body == api::Body::json_body;
        if (!takes_json || route.method == "GET") continue;
        for (const std::string type : {"text/plain", "application/x-www-form-urlencoded", "multipart/form-data", ""}) {
            std::string request = test::get_request(path_of(route), route.method) + "{}";
            request = test::with_header(std::move(request), "Content-Length", "2");
            if (!type.empty()) request = test::with_header(std::move(request), "Content-Type", type);
            BOOST_TEST(service.ask(test::with_token(request, key)).status == 415, route.path << " " << type);
        }
        ++count;
    }
    BOOST_TEST(count >= 10);
    BOOST_TEST(database.number("select count(*) from messages") == 0);
}

BOOST_AUTO_TEST_CASE(what_needs_no_credential_answers_without_one)
{
    test::add_key(database, "admin");
    test::wait_until_closed(service);
    for (const std::string path : {"/", "/healthz", "/readyz", "/api/health", "/api/campaigns/sms/sample-csv"}) {
        const RawReply reply = service.get(path);
        BOOST_TEST(reply.status == 200, path);
        BOOST_TEST(reply.field("X-Content-Type-Options") == "nosniff", path);
        BOOST_TEST(reply.field("Referrer-Policy") == "no-referrer", path);
    }
    BOOST_TEST(service.get("/").field("Content-Security-Policy").find("frame-ancestors 'none'") != std::string::npos);
    const RawReply preflight = service.ask(test::get_request("/api/campaigns", "OPTIONS"));
    BOOST_TEST(preflight.status == 204);
}

BOOST_AUTO_TEST_CASE(replies_with_personal_data_are_kept_by_no_cache)
{
    BOOST_TEST(service.get("/api/campaigns").field("Cache-Control") == "no-store");
    BOOST_TEST(service.get("/api/opt-outs").field("Cache-Control") == "no-store");
}

BOOST_AUTO_TEST_SUITE_END()
