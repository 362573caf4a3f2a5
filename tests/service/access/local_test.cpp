#include "tests/support/child_process.hpp"
#include "tests/support/credentials.hpp"
#include "tests/support/polling.hpp"
#include "tests/support/service.hpp"

#include <boost/test/unit_test.hpp>

#include <unistd.h>

using namespace waybill;

namespace
{

struct Fixture
{
    test::TestDatabase database;
    test::Service service{database};

    int status_with(const std::string& name, const std::string& value)
    {
        return service.ask(test::with_header(test::get_request("/api/campaigns"), name, value)).status;
    }
    std::string bash(const std::string& request) const // sends it on a connection of its own
    {
        return "exec 3<>/dev/tcp/127.0.0.1/" + std::to_string(service.port()) + "; printf '" + request + "' >&3; ";
    }
    // As a user who has not started the server; -1 when this test may not act as another user.
    int as_another_user(const std::string& script) const
    {
        if (::geteuid() != 0) return -1;
        test::ChildProcess process(
            {"/usr/bin/setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", "/bin/bash", "-c", script}, {},
            "/");
        return process.wait();
    }
};

const std::string message = R"({"to": "+15550100000", "body": "Hello"})";
const std::string create_message = "POST /api/messages HTTP/1.1\\r\\nHost: 127.0.0.1\\r\\nContent-Type: "
                                   "application/json\\r\\nContent-Length: " +
                                   std::to_string(message.size()) + "\\r\\n\\r\\n" + message;

} // namespace

BOOST_FIXTURE_TEST_SUITE(access_local, Fixture)

BOOST_AUTO_TEST_CASE(the_first_requests_on_the_same_machine_need_no_credential)
{
    BOOST_TEST(service.get("/api/campaigns").status == 200);
    BOOST_TEST(service.ask(test::json_request("/api/messages", {{"to", "+15550100000"}, {"body", "Hello"}})).status ==
               201);
    const auto me = service.get_json("/api/auth/me");
    BOOST_TEST(me.at("principal").as_string() == "local");
    BOOST_TEST(me.at("user").at("role").as_string() == "admin");
}

BOOST_AUTO_TEST_CASE(a_proxy_in_front_ends_local_access)
{
    for (const std::string name : {"Forwarded", "X-Forwarded-For", "X-Forwarded-Proto", "Via"})
        BOOST_TEST(status_with(name, "for=192.0.2.1") == 403, name);
    // As nginx asks a server behind it unless it is configured otherwise.
    BOOST_TEST(service.ask("GET /api/campaigns HTTP/1.0\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n").status ==
               403);
}

BOOST_AUTO_TEST_CASE(another_name_of_this_machine_is_answered_with_421)
{
    for (const std::string host : {"evil.example", "127.0.0.1.evil.example:8000", "127.0.0.2"})
        for (const std::string path : {"/", "/api/campaigns", "/nowhere"})
            BOOST_TEST(service.ask("GET " + path + " HTTP/1.1\r\nHost: " + host + "\r\n\r\n").status == 421, host);
    BOOST_TEST(service.ask("GET /healthz HTTP/1.1\r\nHost: evil.example\r\n\r\n").status == 200);
}

BOOST_AUTO_TEST_CASE(pages_of_strangers_can_neither_read_nor_send)
{
    BOOST_TEST(status_with("Origin", "https://evil.example") == 403);
    BOOST_TEST(status_with("Origin", "null") == 403);
    BOOST_TEST(status_with("Origin", "http://127.0.0.1") == 200);
    BOOST_TEST(status_with("Sec-Fetch-Site", "cross-site") == 403);
    BOOST_TEST(status_with("Sec-Fetch-Site", "same-origin") == 200);
    const std::string send = test::json_request("/api/messages", {{"to", "+15550100000"}, {"body", "Hello"}},
                                                {{"Origin", "https://evil.example"}});
    BOOST_TEST(service.ask(send).status == 403);
    BOOST_TEST(database.number("select count(*) from messages") == 0);
}

BOOST_AUTO_TEST_CASE(another_user_of_this_machine_is_refused)
{
    const std::string ask = "GET /api/campaigns HTTP/1.1\\r\\nHost: 127.0.0.1\\r\\n\\r\\n";
    const int refused = as_another_user(bash(ask) + "read -r _ status _ <&3; [[ $status == 403 ]]");
    if (refused == -1) return;
    BOOST_TEST(refused == 0);
}

BOOST_AUTO_TEST_CASE(another_user_who_sends_and_leaves_is_not_taken_for_root)
{
    for (int attempt = 0; attempt < 20; ++attempt)
        if (as_another_user(bash(create_message)) == -1) return;
    BOOST_TEST(service.ask("GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n").status == 200);
    BOOST_TEST(database.number("select count(*) from messages") == 0);
}

BOOST_AUTO_TEST_CASE(the_first_user_or_key_ends_local_access_within_a_second)
{
    BOOST_TEST(service.get("/api/campaigns").status == 200);
    test::add_user(database, "ana@example.com", "admin");
    test::wait_until_closed(service);
}

BOOST_AUTO_TEST_CASE(settings_of_a_public_server_end_local_access)
{
    test::ServiceOptions options;
    options.settings.public_base_url = "https://texts.example.com";
    test::Service open(database, options);
    BOOST_TEST(open.get("/api/campaigns").status == 403);
    BOOST_TEST(open.ask("GET /api/campaigns HTTP/1.1\r\nHost: texts.example.com\r\n\r\n").status == 403);
    BOOST_TEST(open.get("/").field("Strict-Transport-Security") == "max-age=31536000");
}

BOOST_AUTO_TEST_SUITE_END()
