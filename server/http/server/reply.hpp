#pragma once

#include "server/http/message.hpp"
#include "server/http/router.hpp"
#include "server/http/server/connection.hpp"

#include <ctime>
#include <functional>
#include <string>
#include <string_view>

namespace waybill::http
{

// How a reply goes out on its connection.
struct ReplyFraming
{
    bool http_1_1 = true; // of the request
    bool keep_alive = false;
    bool head_only = false; // HEAD
    std::string_view standing_lines = {};
    std::string_view cors_lines = {};
    std::string_view request_id = {};
};

// The lines that every reply of a server carries: the date, refreshed once a second, and the restrictions
// for browsers.
class StandingLines
{
public:
    explicit StandingLines(bool https); // then browsers shall not come back without
    std::string_view now();

private:
    std::string security_;
    std::time_t second_ = 0;
    std::string text_;
};

bool is_chunked(const Response& response, const ReplyFraming& framing); // a stream to an HTTP/1.0 client is not
bool may_have_body(const Response& response, const ReplyFraming& framing);

// Appends status line, header fields and, unless it is a stream, the body. Line breaks in field values become spaces.
void append_reply(std::string& out, const Response& response, const ReplyFraming& framing);

std::string chunk_of(std::string_view piece);

// The reply to a request that matches no route: 404, 405 with Allow, or 204 to OPTIONS, CORS preflights among them.
Response unrouted_reply(const Request& request, const std::string& allow, bool cors);

// Writes a streamed body to a connection, in chunks or, for HTTP/1.0, bare.
class StreamWriter final : public BodyWriter
{
public:
    StreamWriter(Connection& connection, std::chrono::seconds write_deadline, bool chunked);

    asio::awaitable<void> write(std::string piece) override;
    void on_end(std::function<void()> action) override;
    bool waits() const { return action_ != nullptr; } // for something that end() would cut short
    void end();
    asio::awaitable<bool> finish(); // the last chunk
    bool is_broken() const { return broken_; }

private:
    Connection& connection_;
    std::chrono::seconds write_deadline_;
    bool chunked_;
    bool broken_ = false;
    bool ended_ = false;
    std::function<void()> action_; // at the end
};

} // namespace waybill::http
