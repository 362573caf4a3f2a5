#pragma once

#include "server/http/client/client.hpp"
#include "server/http/server/server.hpp"
#include "server/simulator/simulator.hpp"
#include "webhooks/form.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/json/value.hpp>

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace waybill::test
{

namespace asio = boost::asio;

using FormFields = std::vector<std::pair<std::string, std::string>>;

struct ReceivedWebhook
{
    std::string target;
    http::Headers headers;
    webhooks::Form form;

    std::string status() const { return std::string(form.value("MessageStatus")); }
};

struct Reply
{
    int status = 0;
    std::string text;

    boost::json::value json() const;
    std::int64_t code() const; // Twilio's error code
};

// A simulated Twilio, a caller of its API and a receiver of its webhooks: real HTTP, one thread.
class SimulatorFixture
{
public:
    static constexpr const char* account_sid = "AC0123456789abcdef0123456789abcdef";
    static constexpr const char* auth_token = "a token for tests";
    static constexpr const char* authorization = // of these two
        "Basic QUMwMTIzNDU2Nzg5YWJjZGVmMDEyMzQ1Njc4OWFiY2RlZjphIHRva2VuIGZvciB0ZXN0cw==";
    static constexpr const char* service_sid = "MG0123456789abcdef0123456789abcdef";

    explicit SimulatorFixture(const std::function<void(simulator::SimulatorOptions&)>& change = {});
    ~SimulatorFixture();

    std::string callback_url(const std::string& rest = "/status/17") const; // at the receiver
    std::string account_path() const { return std::string("/2010-04-01/Accounts/") + account_sid; }

    http::ClientResult send(http::ClientRequest request);
    Reply get(const std::string& target);
    Reply post(const std::string& target, const FormFields& fields);
    http::ClientResult try_post(const std::string& target, const FormFields& fields);

    // A create from +15005550006 to +15551234567 with a callback to the receiver; fields given here go before those.
    http::ClientResult try_create(const FormFields& fields = {});
    Reply create(const FormFields& fields = {});
    std::string create_sid(const FormFields& fields = {});

    void run_until(const std::function<bool()>& holds); // fails the test after ten seconds
    void run_until_quiet();                             // until no life goes on
    std::vector<std::string> statuses() const;          // in the order received
    simulator::Simulator::Counters counters() const { return simulator_->counters(); }

    std::vector<ReceivedWebhook> received;
    std::function<int()> answer = [] { return 204; }; // what the receiver says

private:
    void run(asio::awaitable<void> task);

    asio::io_context context_{1};
    std::unique_ptr<simulator::Simulator> simulator_;
    std::unique_ptr<http::Server> receiver_;
    std::unique_ptr<http::Client> client_;
};

} // namespace waybill::test
