#include "server/notify/chat.hpp"

#include "config/json_text.hpp"
#include "server/events/endpoint_url.hpp"
#include "server/events/post.hpp"
#include "server/http/client/client.hpp"

#include <boost/asio/use_awaitable.hpp>

#include <algorithm>
#include <utility>
#include <variant>

namespace waybill::notify
{

namespace
{

constexpr std::size_t max_shown_end = 4, min_hidden = 16;
constexpr std::size_t max_chat_answer = 64 * 1024;
constexpr std::chrono::milliseconds connect_limit{5'000};

// Slack reads <…> as a link or a mention.
std::string chat_text(std::string_view text)
{
    std::string escaped;
    for (const char each : text) {
        if (each == '&')
            escaped += "&amp;";
        else if (each == '<')
            escaped += "&lt;";
        else if (each == '>')
            escaped += "&gt;";
        else
            escaped += each;
    }
    return escaped;
}

http::ClientOptions chat_client(const ChatOptions& options)
{
    http::ClientOptions client;
    client.max_connections = 1;
    client.connect_deadline = client.write_deadline = std::min(connect_limit, options.deadline);
    client.read_deadline = options.deadline;
    client.max_response_bytes = max_chat_answer;
    if (!options.allows_private) client.may_connect_to = http::is_public_and_foreign;
    return client;
}

} // namespace

std::string chat_payload(std::string_view subject, std::string_view body)
{
    const std::string text = "*" + chat_text(subject) + "*\n" + chat_text(body);
    return "{\"text\":" + config::as_json(text) + "}";
}

std::string shortened_chat_url(std::string_view url)
{
    const std::size_t scheme = url.find("://");
    const std::size_t host = scheme == std::string_view::npos ? 0 : scheme + 3;
    const std::size_t path = std::min(url.find_first_of("/?", host), url.size());
    std::string shown(url.substr(0, path));
    if (path == url.size()) return shown;
    shown += "/…";
    if (url.size() - path >= min_hidden) shown += url.substr(url.size() - max_shown_end);
    return shown;
}

asio::awaitable<std::string> send_to_chat(asio::any_io_executor executor, std::string url, std::string payload,
                                          ChatOptions options)
{
    const auto parsed = events::parse_endpoint_url(url, options.allows_private);
    if (const auto* fault = std::get_if<std::string>(&parsed)) co_return "the URL " + *fault;
    const auto& parts = std::get<events::EndpointUrl>(parsed);
    http::Client client(executor, parts.origin, chat_client(options));
    http::ClientRequest request;
    request.method = "POST";
    request.target = parts.target;
    request.headers = {{"Content-Type", "application/json"}, {"User-Agent", options.user_agent}};
    request.body = std::move(payload);
    const http::ClientResult result = co_await client.send(std::move(request));
    client.close();
    const events::Answer answer = events::answer_of(result, std::chrono::milliseconds(0));
    if (answer.accepted) co_return std::string();
    if (!answer.status) co_return "the chat could not be reached: " + answer.text;
    co_return "the chat answered with status " + std::to_string(*answer.status) + ": " + answer.text;
}

} // namespace waybill::notify
