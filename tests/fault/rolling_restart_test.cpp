#include "tests/fault/due_receipts.hpp"
#include "tests/support/child_process.hpp"
#include "tests/support/directory.hpp"
#include "tests/support/polling.hpp"
#include "tests/support/running_simulator.hpp"
#include "tests/support/serve_process.hpp"
#include "tests/support/steady_load.hpp"
#include "tests/support/tested_build.hpp"

#include <boost/algorithm/string/replace.hpp>
#include <boost/test/unit_test.hpp>

#include <atomic>
#include <fstream>
#include <iostream>
#include <iterator>
#include <map>
#include <optional>
#include <unistd.h>

using namespace waybill;
using namespace waybill::test;

namespace
{

constexpr const char* haproxy_program = "/usr/sbin/haproxy";
constexpr const char* nginx_program = "/usr/sbin/nginx";

boost::unit_test::precondition has_program(const char* program)
{
    return boost::unit_test::precondition([program](auto) { return ::access(program, X_OK) == 0; });
}

// A file of config/deploy as it is shipped, with the changes of this test.
std::string shipped_configuration(const std::string& name, const HeaderFields& changes)
{
    std::ifstream file(source_path("config/deploy/" + name));
    std::string text(std::istreambuf_iterator<char>(file), {});
    for (const auto& [shipped, own] : changes) {
        if (text.find(shipped) == std::string::npos) throw std::runtime_error(name + " has lost: " + shipped);
        boost::algorithm::replace_all(text, shipped, own);
    }
    return text;
}

std::string local(std::uint16_t port)
{
    return "127.0.0.1:" + std::to_string(port);
}

struct TwoWaybills
{
    TestDatabase database;
    std::vector<db::MessageId> messages = accepted_messages(database, 1, 1'000);
    RunningSimulator twilio; // nothing is sent
    ServiceClient proxy;     // speaks to the proxy
    ReservedPort first_webhooks, second_webhooks;
    ServeProcess first{database, twilio, settings(first_webhooks)}, second{database, twilio, settings(second_webhooks)};
    TestDirectory directory;
    std::optional<ChildProcess> proxy_process;

    std::map<std::string, std::string> settings(const ReservedPort& webhooks) const
    {
        return {{"WEBHOOK_PORT", std::to_string(webhooks.number())},
                {"PUBLIC_BASE_URL", proxy.origin()},
                {"TRUSTED_PROXIES", "127.0.0.1"},
                {"DRAIN_SECONDS", "1"}};
    }
    void start_haproxy()
    {
        const auto path = directory.path() / "haproxy.cfg";
        std::ofstream(path) << shipped_configuration(
            "haproxy.cfg", {{"bind :443 ssl crt /etc/ssl/private/texts.example.com.pem", "bind " + local(proxy.port())},
                            {local(8001) + " ", local(first_webhooks.number()) + " "},
                            {local(8101) + " ", local(second_webhooks.number()) + " "},
                            {"check port 8000", "check port " + std::to_string(first.port())},
                            {"check port 8100", "check port " + std::to_string(second.port())},
                            {"inter 1s", "inter 100ms"}});
        start_proxy({haproxy_program, "-db", "-f", path.string()});
    }
    void start_nginx()
    {
        const std::string at = directory.path().string();
        std::string files = "http {\n    access_log off;\n";
        for (const char* kind : {"client_body", "proxy", "fastcgi", "uwsgi", "scgi"})
            files += std::string("    ") + kind + "_temp_path " + at + "/" + kind + ";\n";
        std::ofstream(at + "/nginx.conf")
            << shipped_configuration("nginx.conf", {{"listen 443 ssl", "listen " + local(proxy.port())},
                                                    {"ssl_certificate", "# ssl_certificate"},
                                                    {"http {\n", files},
                                                    {local(8001) + " ", local(first_webhooks.number()) + " "},
                                                    {local(8101) + " ", local(second_webhooks.number()) + " "}});
        start_proxy({nginx_program, "-p", at, "-c", at + "/nginx.conf", "-g",
                     "daemon off; master_process off; error_log stderr; pid " + at + "/pid;"});
    }
    void start_proxy(const std::vector<std::string>& command)
    {
        proxy_process.emplace(command, std::map<std::string, std::string>(), directory.path());
        wait_until("the proxy passes receipts on", [this] { return posts(messages.front()); });
    }
    bool posts(db::MessageId message) const
    {
        try {
            return proxy.post_receipt(std::to_string(message), "sent").status == 204;
        }
        catch (const std::exception&) {
            return false;
        }
    }
    void check_rolling_restart(const char* behind)
    {
        std::atomic<std::size_t> place{0};
        const auto begun = std::chrono::steady_clock::now();
        SteadyLoad load([&] { return posts(messages[++place % messages.size()]); }, 8);
        for (ServeProcess* waybill : {&first, &second}) {
            const int before = load.answered();
            wait_until("the load runs", [&] { return load.answered() > before + 200; });
            BOOST_TEST(waybill->terminate() == 0);
            waybill->start();
            const int again = load.answered();
            wait_until("the load runs on", [&] { return load.answered() > again + 200; });
        }
        load.stop();
        const std::chrono::duration<double> took = std::chrono::steady_clock::now() - begun;
        std::cerr << "rolling restart behind " << behind << ": " << load.answered() << " receipts, "
                  << load.answered() / took.count() << " a second, " << load.failed() << " failed" << std::endl;
        BOOST_TEST(load.failed() == 0);
    }
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(rolling_restart, TwoWaybills)

BOOST_AUTO_TEST_CASE(no_receipt_fails_behind_haproxy_while_two_waybills_are_restarted_one_after_the_other,
                     *has_program(haproxy_program))
{
    first.start();
    second.start();
    start_haproxy();
    check_rolling_restart("HAProxy");
}

BOOST_AUTO_TEST_CASE(nor_behind_nginx, *has_program(nginx_program))
{
    first.start();
    second.start();
    start_nginx();
    check_rolling_restart("nginx");
}

BOOST_AUTO_TEST_SUITE_END()
