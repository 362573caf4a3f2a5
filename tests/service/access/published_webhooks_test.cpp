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
#include <string>
#include <utility>
#include <vector>

using namespace waybill;

namespace
{

std::string content_of(const std::filesystem::path& file)
{
    std::ostringstream text;
    text << std::ifstream(file).rdbuf();
    return text.str();
}

std::string local(std::uint16_t port)
{
    return "127.0.0.1:" + std::to_string(port);
}

// Where a configuration of config/deploy/ is tried out.
struct Place
{
    std::uint16_t published; // the port of the proxy
    std::uint16_t webhooks, api;
    std::string directory;
};

using Changes =
    std::vector<std::pair<std::string, std::string>>; // of the configuration as it is shipped: what, by what

struct Proxy
{
    const char* name;
    const char* program;
    const char* configuration; // in config/deploy/
    Changes (*changes)(const Place&);
    std::vector<std::string> (*arguments)(const Place&, const std::string& file);
};

Changes changes_for_nginx(const Place& place)
{
    std::string files = "http {\n    access_log off;\n";
    for (const char* kind : {"client_body", "proxy", "fastcgi", "uwsgi", "scgi"})
        files += std::string("    ") + kind + "_temp_path " + place.directory + "/" + kind + ";\n";
    return {{"listen 443 ssl;", "listen " + local(place.published) + ";"},
            {"ssl_certificate ", "# ssl_certificate "},
            {"ssl_certificate_key ", "# ssl_certificate_key "},
            {"http {\n", files}};
}

std::vector<std::string> arguments_for_nginx(const Place& place, const std::string& file)
{
    return {"-p", place.directory,
            "-c", file,
            "-g", "daemon off; master_process off; error_log stderr; pid " + place.directory + "/pid;"};
}

Changes changes_for_haproxy(const Place& place)
{
    return {{"bind :443 ssl crt /etc/ssl/private/texts.example.com.pem", "bind " + local(place.published)},
            {"check port 8000", "check port " + std::to_string(place.api)},
            {"check port 8100", "check port " + std::to_string(place.api)},
            {"inter 1s", "inter 100ms"}};
}

std::vector<std::string> arguments_for_haproxy(const Place&, const std::string& file)
{
    return {"-db", "-f", file};
}

Changes changes_for_caddy(const Place& place)
{
    return {{"texts.example.com {", "{\n    admin off\n    storage file_system " + place.directory + "\n}\nhttp://" +
                                        local(place.published) + " {\n    bind 127.0.0.1"}};
}

std::vector<std::string> arguments_for_caddy(const Place&, const std::string& file)
{
    return {"run", "--adapter", "caddyfile", "--config", file};
}

const Proxy nginx{"nginx", "/usr/sbin/nginx", "nginx.conf", changes_for_nginx, arguments_for_nginx};
const Proxy haproxy{"HAProxy", "/usr/sbin/haproxy", "haproxy.cfg", changes_for_haproxy, arguments_for_haproxy};
const Proxy caddy{"Caddy", "/usr/bin/caddy", "Caddyfile", changes_for_caddy, arguments_for_caddy};

std::string adapted(const Proxy& proxy, const Place& place)
{
    std::string text = content_of(test::source_path(std::string("config/deploy/") + proxy.configuration));
    for (const auto& [what, with] : proxy.changes(place)) {
        BOOST_REQUIRE_MESSAGE(text.find(what) != std::string::npos, proxy.configuration << " has lost: " << what);
        boost::algorithm::replace_all(text, what, with);
    }
    for (const char* shipped : {"127.0.0.1:8001", "127.0.0.1:8101"}) // two Waybills; here they are the same
        boost::algorithm::replace_all(text, shipped, local(place.webhooks));
    return text;
}

// A Waybill and a real proxy that publishes its webhooks.
struct Published
{
    void publish_with(const Proxy& proxy)
    {
        BOOST_REQUIRE_MESSAGE(std::filesystem::exists(proxy.program),
                              proxy.name << " is missing: run config/setup.sh proxy");
        const Place place{port.number(), webhook_port.number(), service.port(), directory.path().string()};
        const std::string file = place.directory + "/" + proxy.configuration;
        std::ofstream(file) << adapted(proxy, place);
        std::vector<std::string> command{proxy.program};
        for (std::string& argument : proxy.arguments(place, file))
            command.push_back(std::move(argument));
        process.emplace(command, std::map<std::string, std::string>{{"HOME", place.directory}}, directory.path());
        test::wait_until(std::string(proxy.name) + " passes webhooks on", [this] { return is_published(); });
        const std::string request = test::with_token(test::get_request("/api/campaigns"), key);
        test::wait_until("requests are let in", [&] { return service.ask(request).status == 200; });
    }
    bool is_published() const
    {
        try {
            const std::string no_form = test::request_with_body("/webhooks/twilio/inbound", {}, "");
            return test::RawHttp(port.number()).ask(no_form).status == 400;
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
        made.settings.public_base_url = "http://" + local(port.number());
        made.simulation.inbound_url = made.settings.public_base_url + "/webhooks/twilio/inbound";
        return made;
    }
    test::RawReply ask(const std::string& target) const
    {
        std::string request = test::with_token(test::get_request("TARGET"), key);
        return test::RawHttp(port.number()).ask(request.replace(request.find("TARGET"), 6, target));
    }
    void check_receipts()
    {
        const auto upload = test::CampaignUpload().file(test::lapsed_customers(3)).request("/api/campaigns/sms");
        BOOST_TEST(service.ask(test::with_token(upload, key)).status == 200);
        service.twilio().wait_until_quiet();
        BOOST_TEST(database.number("select count(*) from messages where is_final(status)") == 3);
        BOOST_TEST(service.twilio().write_in("+15550100000", "stop").at("webhook_status").as_int64() == 200);
    }
    void check_paths() const
    {
        for (const char* target :
             {"/api/campaigns", "//api/campaigns", "/webhooks/../api/campaigns", "/webhooks/twilio/../../api/campaigns",
              "/webhooks/twilio/%2e%2e/%2e%2e/api/campaigns", "/webhooks/twilio/..%2f..%2fapi/campaigns",
              "/webhooks/twilio/%252e%252e/%252e%252e/api/campaigns", "/webhooks/twilio/..;/..;/api/campaigns",
              "/webhooks/twilio/..\\..\\api/campaigns", "/webhooks/twilio//../../../api/campaigns",
              "/webhooks/twilio/status/1/../../../../api/campaigns", "/WEBHOOKS/twilio/../../api/campaigns",
              "/api/campaigns?/webhooks/twilio/", "/api/campaigns%3f/webhooks/twilio/",
              "http://127.0.0.1/api/campaigns", "/healthz", "/metrics", "/"}) {
            const test::RawReply reply = ask(target);
            BOOST_TEST((reply.status == 404 || reply.status == 400), target << ": " << reply.status);
            BOOST_TEST(reply.body.find("nextCursor") == std::string::npos, target);
        }
    }

    test::TestDatabase database;
    const std::string key = test::add_key(database, "admin");
    test::ReservedPort port, webhook_port;
    test::TestDirectory directory;
    test::Service service{database, options()};
    std::optional<test::ChildProcess> process;
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(published_webhooks, Published)

BOOST_AUTO_TEST_CASE(nginx_publishes_the_webhooks_and_no_path_leads_through_it_to_the_api)
{
    publish_with(nginx);
    check_receipts();
    check_paths();
}

BOOST_AUTO_TEST_CASE(haproxy_publishes_the_webhooks_and_no_path_leads_through_it_to_the_api)
{
    publish_with(haproxy);
    check_receipts();
    check_paths();
}

BOOST_AUTO_TEST_CASE(caddy_publishes_the_webhooks_and_no_path_leads_through_it_to_the_api)
{
    publish_with(caddy);
    check_receipts();
    check_paths();
}

BOOST_AUTO_TEST_SUITE_END()
