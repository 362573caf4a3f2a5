#include "server/http/client/response_reader.hpp"

#include <boost/beast/http/error.hpp>

#include <algorithm>

namespace waybill::http
{
namespace
{

constexpr std::uint32_t max_header_bytes = 32 * 1024;
constexpr std::size_t max_unparsed_bytes =
    64 * 1024; // header lines, chunk sizes and trailers; bodies are taken at once
constexpr std::uint64_t max_reserved_bytes = 64 * 1024; // a peer's promise is not worth more memory than this

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

} // namespace waybill::http
