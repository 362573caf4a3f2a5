#pragma once

#include "server/http/client/client.hpp"
#include "server/http/message.hpp"

#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/basic_parser.hpp>

#include <cstdint>
#include <optional>
#include <string>

namespace waybill::http
{

// Beast's grammar of a response, read straight into our Headers and a string. Trailers are dropped.
class ResponseParser : public boost::beast::http::basic_parser<false>
{
public:
    ResponseParser(std::size_t max_body_bytes, bool answers_head);

    int status = 0;
    Headers headers;
    std::string body;

private:
    using ErrorCode = boost::beast::error_code;
    using Field = boost::beast::http::field;
    using Text = boost::beast::string_view;
    using Verb = boost::beast::http::verb;

    void on_request_impl(Verb, Text, Text, int, ErrorCode&) override {}
    void on_response_impl(int code, Text, int, ErrorCode&) override { status = code; }
    void on_field_impl(Field, Text name, Text value, ErrorCode&) override;
    void on_header_impl(ErrorCode&) override {}
    void on_body_init_impl(const boost::optional<std::uint64_t>& content_length, ErrorCode&) override;
    std::size_t on_body_impl(Text bytes, ErrorCode&) override;
    void on_chunk_header_impl(std::uint64_t, Text, ErrorCode&) override {}
    std::size_t on_chunk_body_impl(std::uint64_t, Text bytes, ErrorCode&) override;
    void on_finish_impl(ErrorCode&) override {}
};

// Takes the bytes of a connection until one final response is complete; interim (1xx) responses are skipped.
class ResponseReader
{
public:
    ResponseReader(std::size_t max_body_bytes, bool answers_head);

    // Consumes what it understands of the input. An error when it is not HTTP, or too much.
    boost::system::error_code feed(boost::beast::flat_buffer& input);
    bool finish(); // the connection has ended: true when that completes the response
    bool is_done() const { return parser_->is_done(); }

    ResponseParser& response() { return *parser_; }

private:
    void start();

    std::size_t max_body_bytes_;
    bool answers_head_;
    std::optional<ResponseParser> parser_;
};

// False when a line break or a space would smuggle something into the request line or the headers.
bool is_well_formed(const ClientRequest& request);

// The request as HTTP/1.1 text, with Host and, when it has or may have a body, Content-Length. Replaces `text`.
void write_request(const ClientRequest& request, std::string_view host, std::string& text);

bool asks_to_close(const ClientRequest& request); // its headers say Connection: close

} // namespace waybill::http
