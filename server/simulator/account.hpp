#pragma once

#include "server/http/client/client.hpp"
#include "server/http/message.hpp"
#include "server/simulator/callback_url.hpp"
#include "server/simulator/messages.hpp"
#include "server/simulator/simulator.hpp"
#include "webhooks/form.hpp"
#include "webhooks/signature.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <unordered_set>

namespace waybill::simulator
{

namespace asio = boost::asio;

// An answer in Twilio's classic error shape: code, message, more_info, status.
struct Refusal
{
    int http_status;
    int code;
    std::string message;
};

http::Response to_response(const Refusal& refusal);

// Who may call the API: the account with its token, and the API key when there is one.
class Access
{
public:
    explicit Access(const SimulatorOptions& options);

    // 401 / 20003 for wrong credentials, 404 / 20404 for a path of another account.
    std::optional<Refusal> refuse(const http::Request& request) const;

private:
    std::string account_sid_;
    std::string by_token_, by_api_key_; // what the Authorization header must say
};

Refusal not_found(const http::Request& request);

struct WebhookResult
{
    int http_status = 0; // of the last attempt; 0: it got no answer
    int attempts = 0;
    std::string body;

    bool acknowledged() const { return http_status >= 200 && http_status < 300; }
};

struct WebhookClientOptions
{
    std::string auth_token;
    std::size_t max_connections = 50; // to one origin
    bool keep_alive = false;
};

// Posts signed forms as Twilio does: its headers, its deadlines and its retries, following the URL's overrides.
class WebhookClient
{
public:
    WebhookClient(asio::any_io_executor executor, WebhookClientOptions options);

    // `idempotency_token` is the same for all attempts.
    asio::awaitable<WebhookResult> post(CallbackUrl url, webhooks::Form form, std::string idempotency_token);

    void set_keep_alive(bool keep_alive) { options_.keep_alive = keep_alive; }
    void close();

private:
    std::shared_ptr<http::Client> client_for(const CallbackUrl& url);
    http::ClientRequest make_request(const CallbackUrl& url, const webhooks::Form& form, std::string token) const;

    asio::any_io_executor executor_;
    WebhookClientOptions options_;
    webhooks::SigningKey key_;
    std::map<std::string, std::shared_ptr<http::Client>> clients_; // by origin and deadlines
};

// What the simulated account is and holds; shared by all parts of the simulator, on one thread.
struct Account
{
    Account(asio::any_io_executor executor, SimulatorOptions simulator_options);

    SimulatorOptions options;
    Simulator::Counters counters;
    Messages messages;
    std::unordered_set<std::uint64_t> opted_out; // digits of the numbers that sent STOP
    WebhookClient webhooks;

    std::uint64_t creates = 0; // how many of each were seen: the indices of what is drawn next
    std::uint64_t requests = 0;
    std::uint64_t inbound = 0;
    std::uint64_t callbacks = 0;

    std::string uri() const { return "/2010-04-01/Accounts/" + options.account_sid; }
    void change_options(SimulatorOptions changed);
};

} // namespace waybill::simulator
