#pragma once

#include "server/http/message.hpp"

#include <ctime>
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
};

// The lines that every reply of a server carries: the date, written anew once a second, and what keeps browsers
// careful.
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

} // namespace waybill::http
