#include "server/http/server/session.hpp"

#include "config/log.hpp"
#include "server/http/server/reply.hpp"

#include <algorithm>
#include <exception>
#include <utility>

namespace waybill::http
{

namespace
{

using Clock = Connection::Clock;

constexpr std::string_view continue_line = "HTTP/1.1 100 Continue\r\n\r\n";
constexpr std::chrono::seconds linger_limit{5};
constexpr std::chrono::seconds new_connection_patience{2}; // while draining
constexpr std::chrono::seconds linger_silence{1};
constexpr std::uint64_t unwanted_body_limit = 64 * 1024;
constexpr std::size_t large_read = 64 * 1024;
constexpr std::size_t max_kept_reply = 64 * 1024;

} // namespace

Session::Session(std::shared_ptr<Serving> serving, AcceptedSocket accepted, bool welcome, Door door)
    : serving_(std::move(serving)),
      connection_(std::move(accepted), serving_->tls ? &*serving_->tls : nullptr),
      facts_(connection_.facts()),
      welcome_(welcome),
      door_(door),
      peer_address_(facts_.peer_address),
      is_proxied_(!serving_->proxies.empty() && serving_->proxies.contains(peer_address_))
{
    serving_->enter(*this, welcome_);
}

Session::~Session()
{
    serving_->leave(*this, welcome_);
}

asio::awaitable<void> Session::serve()
{
    bool hears_us = true;
    if (is_proxied_ && serving_->options.proxy_protocol) hears_us = co_await receive_proxy_header();
    if (hears_us && serving_->tls) hears_us = co_await shake_hands();
    bool more = hears_us && welcome_;
    while (more)
        more = co_await serve_request();
    if (hears_us && !welcome_ && !evicted_) co_await turn_away();
    if (unread_input_) co_await linger();
    connection_.close();
}

asio::awaitable<bool> Session::shake_hands()
{
    waiting_since_ = Clock::now();
    connection_.set_deadline(*waiting_since_ + serving_->options.header_deadline);
    const bool done = co_await connection_.shake_hands();
    connection_.set_no_deadline();
    if (done && connection_.has_resumed()) ++serving_->counters.tls_sessions_resumed;
    co_return done;
}

asio::awaitable<void> Session::turn_away()
{
    Response reply = error_response(503, "The server has too many connections; try again in a second");
    reply.headers.emplace_back("Retry-After", "1");
    const ReplyFraming framing{.standing_lines = serving_->standing_lines.now()};
    unread_input_ = true;
    co_await send(std::move(reply), framing);
}

void Session::look(Clock::time_point now)
{
    if (connection_.cut_if_late(now) && phase_ == Phase::busy) ++serving_->counters.deadlines_passed;
    if (stream_ && stream_->waits() && connection_.peer_has_left()) stream_->end();
    if (client_left_ && !*client_left_ && connection_.peer_has_left()) {
        *client_left_ = true;
        ++serving_->counters.clients_left;
    }
}

void Session::drain()
{
    const bool is_new = out_.empty(); // its request may be on the way
    if (phase_ == Phase::idle && is_new) connection_.set_deadline(Clock::now() + new_connection_patience);
    if (phase_ == Phase::idle && !is_new) connection_.close();
    if (stream_) stream_->end();
}

void Session::close()
{
    connection_.close();
    if (stream_) stream_->end();
}

void Session::evict()
{
    welcome_ = false;
    evicted_ = true;
    waiting_since_.reset();
    close();
}

asio::awaitable<bool> Session::serve_request()
{
    RequestShare share;
    RequestParser parser(serving_->options.max_header_bytes, &serving_->uploads);
    const bool head_arrived = co_await receive_head(parser);
    if (!head_arrived) co_return false;
    ++serving_->counters.requests;
    find_client(parser);
    ReplyFraming framing;
    framing.http_1_1 = parser.is_http_1_1();
    framing.head_only = parser.request().method == "HEAD";

    request_id_ = serving_->request_ids.next();
    parser.request().id = request_id_;
    const auto begun = Clock::now();
    const std::string method = serving_->options.logs_requests ? parser.request().method : std::string();
    route_ = nullptr;
    cors_lines_.clear();
    const BrowserRules& rules = serving_->options.browser_rules;
    if (!rules.cors_origins.empty()) cors_lines_ = cors_lines(rules, browser_request_of(rules, parser.request()));
    std::optional<Response> reply = co_await answer(parser, share);
    if (route_ != nullptr) route_->times->add(Clock::now() - begun);
    if (!reply || reply->status == 0) co_return false;
    const bool ends_by_closing = reply->stream && !framing.http_1_1;
    framing.keep_alive = parser.keeps_alive() && parser.done() && !serving_->ending && !ends_by_closing;
    framing.standing_lines = serving_->standing_lines.now();
    framing.cors_lines = cors_lines_;
    framing.request_id = request_id_;
    unread_input_ = !parser.done() || connection_.unread().size() > 0;
    const int status = reply->status;
    if (!share.is_taken()) waiting_since_ = Clock::now(); // a client that does not read a free reply may be evicted
    const bool sent = co_await send(std::move(*reply), framing);
    if (serving_->options.logs_requests) log_request(method, status, begun);
    const bool more = sent && framing.keep_alive && !serving_->draining;
    co_return more;
}

asio::awaitable<bool> Session::receive_head(RequestParser& parser)
{
    phase_ = Phase::idle;
    waiting_since_ = Clock::now();
    const auto patience = serving_->draining ? new_connection_patience : serving_->options.idle_deadline;
    connection_.set_deadline(*waiting_since_ + patience);
    for (;;) {
        if (parser.is_untouched()) connection_.skip_line_ends();
        if (connection_.unread().size() > 0) {
            connection_.take(parser.feed(connection_.unread()));
            if (parser.head_done() || parser.refusal()) break;
            if (phase_ == Phase::idle) connection_.set_deadline(Clock::now() + serving_->options.header_deadline);
            phase_ = Phase::busy;
        }
        const auto arrival = co_await connection_.read(Connection::usual_read);
        if (arrival == Connection::Arrival::bytes) continue;
        if (phase_ == Phase::idle || !refuse_incomplete(parser, arrival)) co_return false;
        break;
    }
    phase_ = Phase::busy;
    if (!is_webhook(parser.request().path())) waiting_since_.reset();
    connection_.set_no_deadline();
    co_return true;
}

asio::awaitable<bool> Session::receive_body(RequestParser& parser)
{
    connection_.take(parser.feed(connection_.unread()));
    if (parser.done() || parser.refusal()) co_return true;
    if (parser.expects_continue()) co_await connection_.write(continue_line, serving_->options.write_deadline);
    const auto begun = Clock::now();
    while (!parser.done() && !parser.refusal()) {
        const auto patience = serving_->options.body_deadline;
        connection_.set_deadline(deadline_of_transfer(begun, parser.body_bytes(), patience));
        const bool is_large = parser.body_bytes() > Connection::max_kept_buffer;
        const std::size_t room = is_large ? large_read : Connection::usual_read;
        const auto arrival = co_await connection_.read(room);
        if (arrival == Connection::Arrival::bytes)
            connection_.take(parser.feed(connection_.unread()));
        else if (!refuse_incomplete(parser, arrival))
            co_return false;
    }
    connection_.set_no_deadline();
    co_return true;
}

bool Session::refuse_incomplete(RequestParser& parser, Connection::Arrival arrival) const
{
    if (arrival == Connection::Arrival::end)
        parser.refuse(error_response(400, "The request ended before it was complete"));
    else if (connection_.was_late())
        parser.refuse(error_response(408, "The request did not arrive in time; send it again"));
    return parser.refusal().has_value();
}

asio::awaitable<std::optional<Response>> Session::answer(RequestParser& parser, RequestShare& share)
{
    if (parser.refusal()) co_return std::move(parser.refusal());
    Request& request = parser.request();
    request.connection = &facts_;
    request.http_1_1 = parser.is_http_1_1();
    Router::Match match = serving_->router.match(request.method, request.path());
    route_ = match.route;
    std::optional<Response> refusal = refuse_crowd(request, share);
    if (!refusal && is_to_be_judged(match, request)) refusal = co_await refuse_early(match, request);
    if (refusal) {
        parser.accept_body(BodyKind::none, unwanted_body_limit);
        if (parser.expects_continue()) parser.refuse(*refusal); // the body would be useless
    }
    else {
        parser.accept_body(match.route->body, match.route->body_limit, match.route->file_field);
    }
    const bool body_arrived = co_await receive_body(parser);
    waiting_since_.reset();
    if (!body_arrived) co_return std::nullopt;
    if (refusal) co_return refusal;
    if (parser.refusal()) co_return std::move(parser.refusal());
    if (match.route->body == BodyKind::multipart && connection_.peer_has_left()) { // nothing is done for it
        ++serving_->counters.clients_left;
        co_return std::nullopt;
    }
    request.path_values = std::move(match.path_values);
    if (match.route->admit) request.client_left = client_left_ = std::make_shared<std::atomic<bool>>(false);
    std::optional<Response> reply = co_await handle(*match.route, request);
    client_left_.reset();
    co_return reply;
}

asio::awaitable<bool> Session::send(Response reply, ReplyFraming framing)
{
    ++serving_->counters.responses_by_class[std::clamp(reply.status / 100, 0, 5)];
    if (out_.capacity() > max_kept_reply) out_ = std::string();
    out_.clear();
    append_reply(out_, reply, framing);
    std::string_view rest = out_;
    connection_.write_immediately(rest);
    if (!rest.empty()) {
        const bool written = co_await connection_.write(rest, serving_->options.write_deadline);
        if (!written) co_return false;
    }
    if (!reply.stream || !may_have_body(reply, framing)) co_return true;
    const bool streamed = co_await send_stream(std::move(reply.stream), framing.http_1_1);
    co_return streamed;
}

asio::awaitable<bool> Session::send_stream(BodyStream stream, bool chunked)
{
    StreamWriter writer(connection_, serving_->options.write_deadline, chunked);
    if (serving_->draining) writer.end();
    stream_ = &writer;
    bool complete = false;
    try {
        auto streaming = stream(writer);
        co_await std::move(streaming);
        complete = true;
    }
    catch (const std::exception& fault) {
        if (!writer.is_broken()) config::log(config::LogLevel::error, "http.stream_failed", {{"reason", fault.what()}});
    }
    stream_ = nullptr;
    if (!complete) co_return false; // the missing last chunk shows the peer that it is incomplete
    const bool ended = co_await writer.finish();
    co_return ended;
}

asio::awaitable<void> Session::linger()
{
    phase_ = Phase::lingering;
    if (welcome_) waiting_since_ = Clock::now(); // nothing of value is lost if it is evicted now
    connection_.finish_writing();
    const auto end = Clock::now() + linger_limit;
    auto arrival = Connection::Arrival::bytes;
    while (arrival == Connection::Arrival::bytes) {
        connection_.take(connection_.unread().size());
        connection_.set_deadline(std::min(end, Clock::now() + linger_silence));
        arrival = co_await connection_.read(large_read);
    }
}

} // namespace waybill::http
