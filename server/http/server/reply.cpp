#include "server/http/server/reply.hpp"

#include <boost/asio/error.hpp>
#include <boost/beast/http/status.hpp>
#include <boost/system/system_error.hpp>

#include <charconv>
#include <utility>

namespace waybill::http
{

namespace
{

void append_number(std::string& out, std::size_t number, int base = 10)
{
    char digits[24];
    const auto [end, error] = std::to_chars(digits, digits + sizeof digits, number, base);
    out.append(digits, end);
}

void append_one_line(std::string& out, std::string_view text)
{
    const std::size_t begin = out.size();
    out.append(text);
    if (text.find_first_of(std::string_view("\r\n\0", 3)) == std::string_view::npos) return;
    for (std::size_t at = begin; at < out.size(); ++at)
        if (out[at] == '\r' || out[at] == '\n' || out[at] == '\0') out[at] = ' ';
}

void append_status_line(std::string& out, int status)
{
    out.append("HTTP/1.1 ");
    append_number(out, static_cast<std::size_t>(status));
    const auto reason = boost::beast::http::obsolete_reason(boost::beast::http::int_to_status(status));
    out.append(" ").append(reason.data(), reason.size()).append("\r\n");
}

void answer_preflight(Response& reply, const Request& request, const std::string& allow)
{
    reply.headers.emplace_back("Access-Control-Allow-Methods", allow);
    if (const auto wanted = request.headers.find("Access-Control-Request-Headers"))
        reply.headers.emplace_back("Access-Control-Allow-Headers", *wanted);
    reply.headers.emplace_back("Access-Control-Max-Age", "600");
}

} // namespace

StandingLines::StandingLines(bool https)
    : security_("X-Content-Type-Options: nosniff\r\nReferrer-Policy: no-referrer\r\n")
{
    if (https) security_ += "Strict-Transport-Security: max-age=31536000\r\n";
}

std::string_view StandingLines::now()
{
    const std::time_t second = std::time(nullptr);
    if (second == second_) return text_;
    second_ = second;
    std::tm utc{};
    ::gmtime_r(&second, &utc);
    char date[64];
    text_.assign(date, std::strftime(date, sizeof date, "Date: %a, %d %b %Y %H:%M:%S GMT\r\n", &utc));
    text_.append(security_);
    return text_;
}

bool may_have_body(const Response& response, const ReplyFraming& framing)
{
    return !framing.head_only && response.status != 204 && response.status != 304;
}

bool is_chunked(const Response& response, const ReplyFraming& framing)
{
    return response.stream && framing.http_1_1;
}

void append_reply(std::string& out, const Response& response, const ReplyFraming& framing)
{
    append_status_line(out, response.status);
    out.append(framing.standing_lines).append(framing.cors_lines);
    if (!framing.request_id.empty()) out.append("X-Request-Id: ").append(framing.request_id).append("\r\n");
    for (const auto& [name, value] : response.headers) {
        append_one_line(out, name);
        out.append(": ");
        append_one_line(out, value);
        out.append("\r\n");
    }
    if (!framing.keep_alive)
        out.append("Connection: close\r\n");
    else if (!framing.http_1_1)
        out.append("Connection: keep-alive\r\n");
    if (is_chunked(response, framing)) {
        out.append("Transfer-Encoding: chunked\r\n");
    }
    else if (!response.stream && response.status != 204 && response.status != 304) {
        out.append("Content-Length: ");
        append_number(out, response.body.size());
        out.append("\r\n");
    }
    out.append("\r\n");
    if (!response.stream && may_have_body(response, framing)) out.append(response.body);
}

std::string chunk_of(std::string_view piece)
{
    std::string chunk;
    chunk.reserve(piece.size() + 24);
    append_number(chunk, piece.size(), 16);
    chunk.append("\r\n").append(piece).append("\r\n");
    return chunk;
}

Response unrouted_reply(const Request& request, const std::string& allow, bool cors)
{
    if (allow.empty()) return error_response(404, "There is nothing at this path; check the address");
    Response reply;
    if (request.method == "OPTIONS")
        reply.status = 204;
    else
        reply = error_response(405, "This path does not accept " + request.method + "; use one of: " + allow);
    reply.headers.emplace_back("Allow", allow);
    if (cors && request.headers.find("Access-Control-Request-Method")) answer_preflight(reply, request, allow);
    return reply;
}

StreamWriter::StreamWriter(Connection& connection, std::chrono::seconds write_deadline, bool chunked)
    : connection_(connection), write_deadline_(write_deadline), chunked_(chunked)
{
}

asio::awaitable<void> StreamWriter::write(std::string piece)
{
    if (piece.empty()) co_return; // an empty chunk would end the body
    if (chunked_) piece = chunk_of(piece);
    const bool written = co_await connection_.write(piece, write_deadline_);
    broken_ = !written;
    if (broken_) throw boost::system::system_error(asio::error::broken_pipe, "write a streamed body");
}

void StreamWriter::on_end(std::function<void()> action)
{
    if (ended_) return action();
    action_ = std::move(action);
}

void StreamWriter::end()
{
    ended_ = true;
    if (const auto action = std::exchange(action_, nullptr)) action();
}

asio::awaitable<bool> StreamWriter::finish()
{
    if (!chunked_) co_return true;
    const bool written = co_await connection_.write("0\r\n\r\n", write_deadline_);
    co_return written;
}

} // namespace waybill::http
