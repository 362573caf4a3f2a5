#include "server/simulator/account.hpp"

#include <openssl/evp.h>

#include <algorithm>
#include <chrono>
#include <stdexcept>
#include <utility>
#include <variant>

namespace waybill::simulator
{

namespace
{

std::string basic_authorization(const std::string& user, const std::string& password)
{
    const std::string pair = user + ':' + password;
    std::string base64(4 * ((pair.size() + 2) / 3) + 1, '\0');
    const auto* bytes = reinterpret_cast<const unsigned char*>(pair.data());
    const int size =
        EVP_EncodeBlock(reinterpret_cast<unsigned char*>(base64.data()), bytes, static_cast<int>(pair.size()));
    base64.resize(static_cast<std::size_t>(size));
    return "Basic " + base64;
}

std::string_view without_json_suffix(std::string_view segment)
{
    if (segment.ends_with(".json")) segment.remove_suffix(5);
    return segment;
}

} // namespace

Access::Access(const SimulatorOptions& options)
    : account_sid_(options.account_sid), by_token_(basic_authorization(options.account_sid, options.auth_token))
{
    if (!options.api_key_sid.empty()) by_api_key_ = basic_authorization(options.api_key_sid, options.api_key_secret);
}

std::optional<Refusal> Access::refuse(const http::Request& request) const
{
    const std::string_view given = request.headers.value_or_empty("Authorization");
    const bool is_known = given == by_token_ || (!by_api_key_.empty() && given == by_api_key_);
    if (!is_known) return Refusal{401, 20003, "Authenticate"};
    const auto account = request.path_values.find("account"); // in all paths but those of Messaging Services
    if (account != request.path_values.end() && without_json_suffix(account->second) != account_sid_)
        return not_found(request);
    return std::nullopt;
}

Refusal not_found(const http::Request& request)
{
    return {404, 20404, "The requested resource " + std::string(request.path()) + " was not found"};
}

namespace
{

constexpr std::size_t max_clients = 32;

bool is_worth_a_retry(const http::ClientResult& result, const ConnectionOverrides& overrides)
{
    if (const auto* failure = std::get_if<http::ClientFailure>(&result))
        return failure->request_sent ? overrides.retries_read : overrides.retries_connect;
    const int status = std::get<http::ClientResponse>(result).status;
    return (status / 100 == 4 && overrides.retries_4xx) || (status / 100 == 5 && overrides.retries_5xx);
}

void note(http::ClientResult& result, WebhookResult& outcome)
{
    ++outcome.attempts;
    auto* const response = std::get_if<http::ClientResponse>(&result);
    outcome.http_status = response ? response->status : 0;
    outcome.body = response ? std::move(response->body) : std::string();
}

} // namespace

WebhookClient::WebhookClient(asio::any_io_executor executor, WebhookClientOptions options)
    : executor_(std::move(executor)), options_(std::move(options)), key_(options_.auth_token)
{
}

asio::awaitable<WebhookResult> WebhookClient::post(CallbackUrl url, webhooks::Form form, std::string idempotency_token)
{
    const std::shared_ptr<http::Client> client = client_for(url);
    const http::ClientRequest request = make_request(url, form, std::move(idempotency_token));
    const auto give_up = std::chrono::steady_clock::now() + url.overrides.total;
    WebhookResult outcome;
    for (;;) {
        http::ClientRequest attempt = request;
        http::ClientResult result = co_await client->send(std::move(attempt));
        note(result, outcome);
        if (outcome.attempts > url.overrides.retries || !is_worth_a_retry(result, url.overrides) ||
            std::chrono::steady_clock::now() >= give_up)
            co_return outcome;
    }
}

void WebhookClient::close()
{
    for (auto& [origin, client] : clients_)
        client->close();
}

std::shared_ptr<http::Client> WebhookClient::client_for(const CallbackUrl& url)
{
    const auto connect = url.overrides.connect_deadline;
    const auto read = std::min(url.overrides.read_deadline, url.overrides.total);
    const std::string key =
        url.origin + " ct=" + std::to_string(connect.count()) + " rt=" + std::to_string(read.count());
    if (const auto known = clients_.find(key); known != clients_.end()) return known->second;
    if (clients_.size() >= max_clients) {
        close();
        clients_.clear(); // those in use live on until their exchanges end
    }
    http::ClientOptions options;
    options.max_connections = options_.max_connections;
    options.connect_deadline = connect;
    options.write_deadline = read;
    options.read_deadline = read;
    options.max_response_bytes = 64 * 1024;
    auto client = std::make_shared<http::Client>(executor_, url.origin, std::move(options));
    clients_.emplace(key, client);
    return client;
}

http::ClientRequest WebhookClient::make_request(const CallbackUrl& url, const webhooks::Form& form,
                                                std::string token) const
{
    http::ClientRequest request;
    request.method = "POST";
    request.target = url.target;
    request.headers = {{"Accept", "*/*"},
                       {"User-Agent", "TwilioProxy/1.1"},
                       {"Content-Type", "application/x-www-form-urlencoded; charset=utf-8"},
                       {"I-Twilio-Idempotency-Token", std::move(token)},
                       {"X-Home-Region", "us1"},
                       {"X-Twilio-Signature", key_.sign(url.signed_url(), form)}};
    if (!options_.keep_alive) request.headers.emplace_back("Connection", "close");
    request.body = webhooks::write_form(form);
    return request;
}

namespace
{

SimulatorOptions checked(SimulatorOptions options)
{
    options.max_messages = std::max<std::size_t>(options.max_messages, 1);
    options.max_callback_connections = std::max<std::size_t>(options.max_callback_connections, 1);
    if (options.inbound_url.empty()) return options;
    const auto url = parse_callback_url(options.inbound_url);
    if (const auto* fault = std::get_if<std::string>(&url)) throw std::invalid_argument("inbound URL: " + *fault);
    return options;
}

} // namespace

Account::Account(asio::any_io_executor executor, SimulatorOptions simulator_options)
    : options(checked(std::move(simulator_options))),
      messages(options.seed, options.max_messages),
      webhooks(std::move(executor), {options.auth_token, options.max_callback_connections, options.keep_alive})
{
}

void Account::change_options(SimulatorOptions changed)
{
    options = checked(std::move(changed));
    webhooks.set_keep_alive(options.keep_alive);
}

} // namespace waybill::simulator
