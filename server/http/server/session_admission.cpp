#include "config/log.hpp"
#include "server/http/refusal.hpp"
#include "server/http/server/reply.hpp"
#include "server/http/server/session.hpp"

#include <exception>
#include <utility>

// Who asks, whether the request is let in, and the call of its handler.
namespace waybill::http
{

namespace
{

constexpr std::string_view failed_sentence = "Something went wrong on our side; the error was logged, try again later";

} // namespace

bool is_webhook(std::string_view path)
{
    return path.starts_with("/webhooks/");
}

// Never guessed: a trusted proxy must send the header; from anyone else it is not HTTP.
asio::awaitable<bool> Session::receive_proxy_header()
{
    waiting_since_ = Connection::Clock::now();
    connection_.set_deadline(*waiting_since_ + serving_->options.header_deadline);
    auto arrival = Connection::Arrival::bytes;
    ProxyHeader header;
    while (arrival == Connection::Arrival::bytes) {
        const auto unread = connection_.unread();
        header = read_proxy_header({static_cast<const char*>(unread.data()), unread.size()});
        if (header.state != ProxyHeader::State::incomplete) break;
        arrival = co_await connection_.read(Connection::usual_read);
    }
    connection_.set_no_deadline();
    if (header.state == ProxyHeader::State::complete) {
        connection_.take(header.size);
        if (header.connection) speak_for(*header.connection);
        co_return true;
    }
    if (header.state == ProxyHeader::State::malformed)
        config::log(config::LogLevel::warning, "http.no_proxy_header",
                    {{"peer", peer_address_},
                     {"advice", "PROXY_PROTOCOL=yes expects it from TRUSTED_PROXIES; let the proxy send it"}});
    co_return false;
}

void Session::speak_for(const ProxiedConnection& client)
{
    peer_address_ = client.peer_address;
    is_proxied_ = serving_->proxies.contains(peer_address_); // a proxy in front of that one
    facts_.peer_address = client.peer_address;
    facts_.peer_port = client.peer_port;
    facts_.local_address = client.local_address;
    facts_.local_port = client.local_port;
    facts_.https = client.https;
}

// A trusted proxy says for whom it asks, and whether over TLS.
void Session::find_client(RequestParser& parser)
{
    if (!is_proxied_) return;
    const Headers& headers = parser.request().headers;
    facts_.peer_address = client_address(serving_->proxies, peer_address_, headers);
    facts_.https = headers.value_or_empty("X-Forwarded-Proto") == "https";
}

bool Session::is_at_wrong_door(const Request& request) const
{
    if (door_ == Door::all) return false;
    return is_webhook(request.path()) != (door_ == Door::webhooks);
}

// Webhooks and probes are always let in.
std::optional<Response> Session::refuse_crowd(const Request& request, RequestShare& share)
{
    if (is_at_wrong_door(request)) return unrouted_reply(request, "", false);
    if (is_for_machines(request.path())) return std::nullopt;
    const auto verdict = share.take(serving_->api_requests, facts_.peer_address);
    if (verdict == RequestShares::Verdict::welcome) return std::nullopt;
    const bool is_full = verdict == RequestShares::Verdict::full;
    Response reply = is_full ? error_response(503, "The server has too many requests; try again in a second")
                             : error_response(429, "Too many requests of this address are under way; try again in a "
                                                   "second");
    reply.headers.emplace_back("Retry-After", "1");
    return reply;
}

// Webhooks are not: receipts cost nothing here.
bool Session::is_to_be_judged(const Router::Match& match, const Request& request) const
{
    const bool browser_may_ask = serving_->options.checks_browsers && !is_for_machines(request.path());
    return match.route == nullptr || match.route->admit || browser_may_ask;
}

asio::awaitable<std::optional<Response>> Session::refuse_early(const Router::Match& match, Request& request)
{
    const ServerOptions& options = serving_->options;
    if (options.checks_browsers && !is_for_machines(request.path())) {
        const auto refusal = refuse_browser(options.browser_rules, browser_request_of(options.browser_rules, request));
        if (refusal) co_return error_response(refusal->status, refusal->sentence);
    }
    if (match.route == nullptr)
        co_return unrouted_reply(request, match.allow, !options.browser_rules.cors_origins.empty());
    if (!match.route->admit) co_return std::nullopt;
    std::optional<Response> refusal;
    try {
        auto admission = match.route->admit(request);
        refusal = co_await std::move(admission);
    }
    catch (const Refusal& refused) {
        refusal = refused.response();
    }
    catch (const std::exception& fault) {
        config::log(config::LogLevel::error, "http.admission_failed",
                    {{"method", match.route->method},
                     {"route", match.route->pattern},
                     {"request", request_id_},
                     {"client", facts_.peer_address},
                     {"reason", fault.what()}});
        refusal = error_response(500, failed_sentence);
    }
    co_return refusal;
}

// The path and the query may hold phone numbers and are not logged; a method without a route may be anything.
void Session::log_request(std::string_view method, int status, Connection::Clock::time_point begun) const
{
    const auto taken = std::chrono::duration_cast<std::chrono::milliseconds>(Connection::Clock::now() - begun);
    config::log(config::LogLevel::info, "http.request",
                {{"client", facts_.peer_address},
                 {"method", route_ == nullptr ? std::string_view("-") : method},
                 {"route", route_ == nullptr ? std::string_view("-") : route_->pattern},
                 {"status", status},
                 {"ms", taken.count()},
                 {"request", request_id_}});
}

asio::awaitable<Response> Session::handle(const Route& route, Request& request)
{
    try {
        auto handling = route.handler(std::move(request));
        Response reply = co_await std::move(handling);
        co_return reply;
    }
    catch (const Refusal& refusal) {
        co_return refusal.response();
    }
    catch (const std::exception& fault) {
        config::log(config::LogLevel::error, "http.handler_failed",
                    {{"method", route.method},
                     {"route", route.pattern},
                     {"request", request_id_},
                     {"client", facts_.peer_address},
                     {"reason", fault.what()}});
    }
    co_return error_response(500, failed_sentence);
}

} // namespace waybill::http
