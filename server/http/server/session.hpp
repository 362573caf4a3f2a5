#pragma once

#include "server/http/server/connection.hpp"
#include "server/http/server/proxy_header.hpp"
#include "server/http/server/request_parser.hpp"
#include "server/http/server/serving.hpp"

#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace waybill::http
{

class StreamWriter;

bool is_webhook(std::string_view path);

// One connection of the server, from its acceptance to its end. Lives as long as its coroutine.
class Session
{
public:
    Session(std::shared_ptr<Serving> serving, AcceptedSocket accepted, bool welcome, Door door);
    ~Session();
    Session(const Session&) = delete;
    Session& operator=(const Session&) = delete;

    asio::awaitable<void> serve(); // request after request; only a 503 when it is not welcome

    void look(Connection::Clock::time_point now); // whether it is late, or its peer has left
    void drain();                                 // asks it to end as soon as its request is answered
    void close();

    // Since when it has waited for a request that would let it be served; nothing: it is being served.
    std::optional<Connection::Clock::time_point> waiting_since() const { return waiting_since_; }
    void evict(); // closes it to make room for another one

private:
    enum class Phase
    {
        idle, // between requests
        busy,
        lingering // the reply is written; the peer's last bytes are discarded so that it can read the reply
    };

    asio::awaitable<bool> shake_hands();
    asio::awaitable<bool> receive_proxy_header(); // false: there was none, or a faulty one
    void speak_for(const ProxiedConnection& client);
    asio::awaitable<void> turn_away();
    asio::awaitable<bool> serve_request(); // false: it was the last
    asio::awaitable<bool> receive_head(RequestParser& parser);
    asio::awaitable<bool> receive_body(RequestParser& parser);
    asio::awaitable<std::optional<Response>> answer(RequestParser& parser,
                                                    RequestShare& share); // nothing: the peer is gone
    void find_client(RequestParser& parser);
    bool is_at_wrong_door(const Request& request) const;
    std::optional<Response> refuse_crowd(const Request& request, RequestShare& share);
    bool is_to_be_judged(const Router::Match& match, const Request& request) const;
    asio::awaitable<std::optional<Response>> refuse_early(const Router::Match& match, Request& request);
    asio::awaitable<Response> handle(const Route& route, Request& request);
    void log_request(std::string_view method, int status, Connection::Clock::time_point begun) const;
    asio::awaitable<bool> send(Response reply, ReplyFraming framing);
    asio::awaitable<bool> send_stream(BodyStream stream, bool chunked);
    asio::awaitable<void> linger();
    bool refuse_incomplete(RequestParser& parser, Connection::Arrival arrival) const;

    std::shared_ptr<Serving> serving_;
    Connection connection_;
    ConnectionFacts facts_;
    std::string out_;
    std::string cors_lines_;                         // of the request that is being answered
    std::string request_id_;                         // likewise
    StreamWriter* stream_ = nullptr;                 // of the reply that is being streamed
    std::shared_ptr<std::atomic<bool>> client_left_; // while a handler works that stops when it has
    const Route* route_ = nullptr;                   // likewise; null: none
    bool welcome_;
    bool evicted_ = false;
    const Door door_;
    std::string peer_address_; // of the socket, or as its proxy said in the PROXY protocol
    bool is_proxied_ = false;  // by a proxy that is trusted
    std::optional<Connection::Clock::time_point> waiting_since_;
    Phase phase_ = Phase::idle;
    bool unread_input_ = false; // the peer sent more than was read
};

} // namespace waybill::http
