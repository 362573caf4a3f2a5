#include "tests/support/child_process.hpp"
#include "tests/support/credentials.hpp"
#include "tests/support/directory.hpp"
#include "tests/support/polling.hpp"
#include "tests/support/service.hpp"
#include "tests/support/tested_build.hpp"

#include <boost/algorithm/string/replace.hpp>
#include <boost/test/unit_test.hpp>

#include <filesystem>
#include <fstream>
#include <sstream>

using namespace waybill;

namespace
{

constexpr const char* nginx_binary = "/usr/sbin/nginx";

std::string content_of(const std::filesystem::path& file)
{
    std::ostringstream text;
    text << std::ifstream(file).rdbuf();
    return text.str();
}

void replace(std::string& text, const std::string& what, const std::string& with)
{
    BOOST_REQUIRE_MESSAGE(text.find(what) != std::string::npos, what);
    boost::algorithm::replace_all(text, what, with);
}

// The configuration as it is shipped, on other ports, without TLS and with its files in that directory.
std::string adapted(std::uint16_t port, std::uint16_t webhook_port, const std::string& directory)
{
    std::string text = content_of(test::source_path("config/deploy/nginx.conf"));
    replace(text, "listen 443 ssl;", "listen 127.0.0.1:" + std::to_string(port) + ";");
    replace(text, "ssl_certificate ", "# ssl_certificate ");
    replace(text, "ssl_certificate_key ", "# ssl_certificate_key ");
    replace(text, "127.0.0.1:8001", "127.0.0.1:" + std::to_string(webhook_port));
    std::string files = "http {\n    access_log off;\n";
    for (const char* kind : {"client_body", "proxy", "fastcgi", "uwsgi", "scgi"})
        files += std::string("    ") + kind + "_temp_path " + directory + "/" + kind + ";\n";
    replace(text, "http {\n", files);
    return text;
}

// A real nginx that publishes the webhooks of a Waybill.
struct Published
{
    Published()
    {
        BOOST_REQUIRE_MESSAGE(std::filesystem::exists(nginx_binary), "nginx is missing: run config/setup.sh proxy");
        const std::string at = directory.path().string();
        std::ofstream(directory.path() / "nginx.conf") << adapted(port.number(), webhook_port.number(), at);
        nginx.emplace(std::vector<std::string>{nginx_binary, "-p", at, "-c", at + "/nginx.conf", "-g",
                                               "daemon off; master_process off; error_log stderr; pid " + at + "/pid;"},
                      std::map<std::string, std::string>{}, directory.path());
        test::wait_until("nginx listens", [this] { return listens(); });
        const std::string request = test::with_token(test::get_request("/api/campaigns"), key);
        test::wait_until("requests are let in", [&] { return service.ask(request).status == 200; });
    }
    bool listens() const
    {
        try {
            test::RawHttp connection(port.number());
            return true;
        }
        catch (const std::exception&) {
            return false;
        }
    }
    test::ServiceOptions options() const
    {
        test::ServiceOptions made;
        made.settings.webhook_port = webhook_port.number();
        made.settings.trusted_proxies = {"127.0.0.1"};
        made.settings.public_base_url = "http://127.0.0.1:" + std::to_string(port.number());
        made.simulation.inbound_url = made.settings.public_base_url + "/webhooks/twilio/inbound";
        return made;
    }
    test::RawReply ask(const std::string& target) const
    {
        std::string request = test::with_token(test::get_request("TARGET"), key);
        return test::RawHttp(port.number()).ask(request.replace(request.find("TARGET"), 6, target));
    }

    test::TestDatabase database;
    const std::string key = test::add_key(database, "admin");
    test::ReservedPort port, webhook_port;
    test::TestDirectory directory;
    std::optional<test::ChildProcess> nginx;
    test::Service service{database, options()};
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(published_webhooks, Published)

BOOST_AUTO_TEST_CASE(receipts_come_through_nginx)
{
    const auto upload = test::CampaignUpload().file(test::lapsed_customers(3)).request("/api/campaigns/sms");
    BOOST_TEST(service.ask(test::with_token(upload, key)).status == 200);
    service.twilio().wait_until_quiet();
    BOOST_TEST(database.number("select count(*) from messages where is_final(status)") == 3);
    BOOST_TEST(service.twilio().write_in("+15550100000", "stop").at("webhook_status").as_int64() == 200);
}

BOOST_AUTO_TEST_CASE(no_path_leads_through_nginx_to_the_api)
{
    for (const char* target :
         {"/api/campaigns", "//api/campaigns", "/webhooks/../api/campaigns", "/webhooks/twilio/../../api/campaigns",
          "/webhooks/twilio/%2e%2e/%2e%2e/api/campaigns", "/webhooks/twilio/..%2f..%2fapi/campaigns",
          "/webhooks/twilio/%252e%252e/%252e%252e/api/campaigns", "/webhooks/twilio/..;/..;/api/campaigns",
          "/webhooks/twilio/..\\..\\api/campaigns", "/webhooks/twilio//../../../api/campaigns",
          "/webhooks/twilio/status/1/../../../../api/campaigns", "/WEBHOOKS/twilio/../../api/campaigns",
          "/api/campaigns?/webhooks/twilio/", "/api/campaigns%3f/webhooks/twilio/", "http://127.0.0.1/api/campaigns",
          "/healthz", "/metrics", "/"}) {
        const test::RawReply reply = ask(target);
        BOOST_TEST((reply.status == 404 || reply.status == 400), target << ": " << reply.status);
        BOOST_TEST(reply.body.find("nextCursor") == std::string::npos, target);
    }
}

BOOST_AUTO_TEST_SUITE_END()
