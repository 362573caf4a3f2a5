#include "server/events/post.hpp"

#include "db/postgres/storable_text.hpp"
#include "server/events/endpoint_url.hpp"
#include "server/events/signing.hpp"

#include <boost/asio/use_awaitable.hpp>

#include <chrono>
#include <utility>

namespace waybill::events
{

namespace
{

using Clock = std::chrono::steady_clock;

constexpr std::size_t max_answer_shown = 200;
constexpr std::size_t max_answer_bytes = 256 * 1024;
constexpr std::chrono::seconds connect_deadline{5}, write_deadline{5};
// Shorter than the 5 s after which Node's servers close a connection that nothing has come over.
constexpr std::chrono::milliseconds idle_limit{4'000};

http::ClientOptions client_options_of(const DeliveryOptions& options)
{
    http::ClientOptions client;
    client.max_connections = static_cast<std::size_t>(options.max_in_flight);
    client.connect_deadline = std::min<std::chrono::milliseconds>(connect_deadline, options.answer_deadline);
    client.write_deadline = std::min<std::chrono::milliseconds>(write_deadline, options.answer_deadline);
    client.read_deadline = options.answer_deadline;
    client.idle_limit = idle_limit;
    client.max_response_bytes = max_answer_bytes;
    if (!options.allows_private) client.may_connect_to = http::is_public_and_foreign;
    return client;
}

std::int64_t seconds_since_epoch()
{
    const auto now = std::chrono::system_clock::now().time_since_epoch();
    return std::chrono::duration_cast<std::chrono::seconds>(now).count();
}

http::ClientRequest signed_request(const std::string& id, std::string payload, const std::vector<std::string>& secrets)
{
    const std::int64_t timestamp = seconds_since_epoch();
    http::ClientRequest request;
    request.method = "POST";
    request.headers = {{"Content-Type", "application/json"},
                       {"webhook-id", id},
                       {"webhook-timestamp", std::to_string(timestamp)},
                       {"webhook-signature", signature_of(secrets, id, timestamp, payload)}};
    request.body = std::move(payload);
    return request;
}

} // namespace

Post::Post(asio::any_io_executor executor, const std::string& url, const DeliveryOptions& options)
    : user_agent_(options.user_agent)
{
    auto parsed = parse_endpoint_url(url, options.allows_private);
    if (auto* fault = std::get_if<std::string>(&parsed)) {
        fault_ = "the URL " + *fault;
        return;
    }
    const auto& parts = std::get<EndpointUrl>(parsed);
    client_ = std::make_shared<http::Client>(std::move(executor), parts.origin, client_options_of(options));
    target_ = parts.target;
}

void Post::close()
{
    if (client_) client_->close();
}

void Post::abort()
{
    if (client_) client_->abort();
}

asio::awaitable<Answer> Post::send(std::string id, std::string payload, std::vector<std::string> secrets)
{
    if (!client_) co_return Answer{false, std::nullopt, fault_, {}};
    const std::shared_ptr<http::Client> client = client_;
    http::ClientRequest request = signed_request(id, std::move(payload), secrets);
    request.target = target_;
    request.headers.emplace_back("User-Agent", user_agent_);
    const auto begun = Clock::now();
    const http::ClientResult result = co_await client->send(std::move(request));
    const auto took = std::chrono::duration_cast<std::chrono::milliseconds>(Clock::now() - begun);
    co_return answer_of(result, took);
}

std::vector<std::string> secrets_of(const db::Endpoint& endpoint, db::Time now)
{
    std::vector<std::string> secrets{endpoint.secret};
    if (!endpoint.old_secret.empty() && endpoint.old_secret_until.value_or(db::Time()) > now)
        secrets.push_back(endpoint.old_secret);
    return secrets;
}

Answer answer_of(const http::ClientResult& result, std::chrono::milliseconds took)
{
    if (const auto* failure = std::get_if<http::ClientFailure>(&result))
        return {false, std::nullopt, failure->reason, took};
    const auto& response = std::get<http::ClientResponse>(result);
    if (response.status >= 200 && response.status < 300) return {true, response.status, {}, took};
    if (response.status >= 300 && response.status < 400)
        return {false, response.status, "a redirect, which is not followed", took};
    return {false, response.status, db::storable(response.body.substr(0, max_answer_shown)), took};
}

} // namespace waybill::events
