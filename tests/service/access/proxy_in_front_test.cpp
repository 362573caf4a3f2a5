#include "tests/support/child_process.hpp"
#include "tests/support/credentials.hpp"
#include "tests/support/directory.hpp"
#include "tests/support/polling.hpp"
#include "tests/support/service.hpp"

#include <boost/test/unit_test.hpp>

#include <filesystem>
#include <fstream>

using namespace waybill;
using test::RawReply;

namespace
{

constexpr const char* nginx_binary = "/usr/sbin/nginx";

// The proxy of a tutorial: nothing is set but the address to pass requests on to.
std::string stock_configuration(std::uint16_t port, std::uint16_t port_of_waybill, const std::string& directory)
{
    std::string text = "events {}\nhttp {\n    access_log off;\n";
    for (const char* kind : {"client_body", "proxy", "fastcgi", "uwsgi", "scgi"})
        text += std::string("    ") + kind + "_temp_path " + directory + "/" + kind + ";\n";
    return text + "    server {\n        listen 127.0.0.1:" + std::to_string(port) +
           ";\n        location / { proxy_pass http://127.0.0.1:" + std::to_string(port_of_waybill) + "; }\n    }\n}\n";
}

struct StockNginx
{
    StockNginx()
    {
        BOOST_REQUIRE_MESSAGE(std::filesystem::exists(nginx_binary), "nginx is missing: run config/setup.sh proxy");
        const std::string at = directory.path().string();
        std::ofstream(directory.path() / "nginx.conf") << stock_configuration(port.number(), service.port(), at);
        nginx.emplace(std::vector<std::string>{nginx_binary, "-p", at, "-c", at + "/nginx.conf", "-g",
                                               "daemon off; master_process off; error_log stderr; pid " + at + "/pid;"},
                      std::map<std::string, std::string>{}, directory.path());
        test::wait_until("nginx passes requests on", [this] {
            try {
                return ask(test::get_request("/healthz")).status == 200;
            }
            catch (const std::exception&) {
                return false;
            }
        });
    }
    RawReply ask(const std::string& request) const { return test::RawHttp(port.number()).ask(request); }

    test::TestDatabase database;
    test::Service service{database};
    test::ReservedPort port;
    test::TestDirectory directory;
    std::optional<test::ChildProcess> nginx;
};

std::string from_the_internet(std::string request)
{
    return request.replace(request.find("127.0.0.1"), 9, "texts.example.com");
}

} // namespace

BOOST_FIXTURE_TEST_SUITE(access_proxy_in_front, StockNginx)

BOOST_AUTO_TEST_CASE(what_a_stock_nginx_passes_on_is_not_local)
{
    BOOST_TEST(service.get("/api/campaigns").status == 200); // without the proxy
    const RawReply reply = ask(from_the_internet(test::get_request("/api/campaigns")));
    BOOST_TEST(reply.status == 403);
    BOOST_TEST(reply.body.find("Not authenticated") != std::string::npos, reply.body);
    const RawReply sent =
        ask(from_the_internet(test::json_request("/api/messages", {{"to", "+15550100000"}, {"body", "Hello"}})));
    BOOST_TEST(sent.status == 403);
    BOOST_TEST(database.number("select count(*) from messages") == 0);
}

BOOST_AUTO_TEST_CASE(a_key_works_behind_a_stock_nginx)
{
    const std::string key = test::add_key(database, "operator");
    test::wait_until_closed(service);
    const std::string request = from_the_internet(test::get_request("/api/campaigns"));
    BOOST_TEST(ask(request).status == 403);
    BOOST_TEST(ask(test::with_token(request, key)).status == 200);
}

BOOST_AUTO_TEST_SUITE_END()
