#include "server/http/client/client_messages.hpp"

#include <boost/beast/core/string.hpp>
#include <boost/beast/http/error.hpp>

#include <algorithm>

namespace waybill::http
{

namespace
{

constexpr std::uint32_t max_header_bytes = 32 * 1024;
constexpr std::size_t max_unparsed_bytes =
    64 * 1024; // header lines, chunk sizes and trailers; bodies are consumed immediately
constexpr std::uint64_t max_reserved_bytes = 64 * 1024; // no more is reserved on the strength of a Content-Length

bool is_visible(std::string_view text)
{
    return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) { return c > ' ' && c != '\x7f'; });
}

bool is_one_line(std::string_view text)
{
    return text.find_first_of(std::string_view("\r\n\0", 3)) == std::string_view::npos;
}

void append_header(std::string& text, std::string_view name, std::string_view value)
{
    text.append(name).append(": ").append(value).append("\r\n");
}

bool may_have_body(const ClientRequest& request)
{
    return !request.body.empty() || request.method == "POST" || request.method == "PUT" || request.method == "PATCH";
}

} // namespace

ResponseParser::ResponseParser(std::size_t max_body_bytes, bool answers_head)
{
    eager(true);
    skip(answers_head);
    header_limit(max_header_bytes);
    body_limit(max_body_bytes);
}

void ResponseParser::on_field_impl(Field, Text name, Text value, ErrorCode&)
{
    if (is_header_done()) return;
    headers.add({name.data(), name.size()}, {value.data(), value.size()});
}

void ResponseParser::on_body_init_impl(const boost::optional<std::uint64_t>& content_length, ErrorCode&)
{
    if (content_length) body.reserve(std::min(*content_length, max_reserved_bytes));
}

std::size_t ResponseParser::on_body_impl(Text bytes, ErrorCode&)
{
    body.append(bytes.data(), bytes.size());
    return bytes.size();
}

std::size_t ResponseParser::on_chunk_body_impl(std::uint64_t, Text bytes, ErrorCode&)
{
    body.append(bytes.data(), bytes.size());
    return bytes.size();
}

ResponseReader::ResponseReader(std::size_t max_body_bytes, bool answers_head)
    : max_body_bytes_(max_body_bytes), answers_head_(answers_head)
{
    start();
}

void ResponseReader::start()
{
    parser_.emplace(max_body_bytes_, answers_head_);
}

boost::system::error_code ResponseReader::feed(boost::beast::flat_buffer& input)
{
    boost::system::error_code error;
    while (!error && !is_done() && input.size() > 0) {
        input.consume(parser_->put(input.cdata(), error));
        if (is_done() && parser_->status / 100 == 1) start();
    }
    if (error != boost::beast::http::error::need_more) return error;
    if (input.size() > max_unparsed_bytes) return boost::beast::http::error::header_limit;
    return {};
}

bool ResponseReader::finish()
{
    if (!parser_->got_some()) return false;
    boost::system::error_code error;
    parser_->put_eof(error);
    return !error;
}

bool is_well_formed(const ClientRequest& request)
{
    const auto is_header = [](const Header& header) {
        return is_visible(header.first) && header.first.find(':') == std::string::npos && is_one_line(header.second);
    };
    return is_visible(request.method) && is_visible(request.target) && request.target.front() == '/' &&
           std::all_of(request.headers.begin(), request.headers.end(), is_header);
}

void write_request(const ClientRequest& request, std::string_view host, std::string& text)
{
    text.clear();
    text.append(request.method).append(" ").append(request.target).append(" HTTP/1.1\r\n");
    append_header(text, "Host", host);
    for (const auto& [name, value] : request.headers)
        append_header(text, name, value);
    if (may_have_body(request)) append_header(text, "Content-Length", std::to_string(request.body.size()));
    text.append("\r\n").append(request.body);
}

bool asks_to_close(const ClientRequest& request)
{
    return std::any_of(request.headers.begin(), request.headers.end(), [](const Header& header) {
        return boost::beast::iequals(header.first, "Connection") && boost::beast::iequals(header.second, "close");
    });
}

} // namespace waybill::http
