#include "server/http/server/request_parser.hpp"

#include "config/ascii.hpp"
#include "config/log.hpp"

#include <boost/beast/core/string.hpp>
#include <boost/beast/http/error.hpp>

#include <algorithm>
#include <limits>
#include <system_error>
#include <utility>

namespace waybill::http
{

namespace beast = boost::beast;

namespace
{

bool take_scheme(std::string_view& text)
{
    for (const std::string_view scheme : {std::string_view("http://"), std::string_view("https://")}) {
        if (config::lower_case(text.substr(0, scheme.size())) != scheme) continue;
        text.remove_prefix(scheme.size());
        return true;
    }
    return false;
}

} // namespace

RequestTarget split_target(std::string_view text)
{
    RequestTarget parts;
    if (text.starts_with('/') || !take_scheme(text)) {
        parts.target = text;
        return parts;
    }
    const std::size_t end = std::min(text.find_first_of("/?#"), text.size());
    parts.authority = text.substr(0, end);
    text.remove_prefix(end);
    parts.is_valid = !parts.authority.empty() && parts.authority.find('@') == std::string::npos;
    if (!text.starts_with('/')) parts.target = "/";
    parts.target += text;
    return parts;
}

namespace
{

// Beast asserts that the last chunk, CR LF 0 CR LF, has arrived whole. No unread rest of a chunked body is shorter.
constexpr std::size_t min_chunked_rest = 5;

constexpr std::string_view too_large = "The request body is larger than this route accepts";

std::string_view sentence_of(const boost::system::error_code& reason)
{
    using beast::http::error;
    if (reason == error::bad_content_length || reason == error::multiple_content_length)
        return "The Content-Length of the request is not valid";
    if (reason == error::bad_transfer_encoding)
        return "Send either Content-Length or Transfer-Encoding: chunked, and not both";
    if (reason == error::bad_chunk || reason == error::bad_chunk_extension) return "The chunked body is malformed";
    if (reason == error::bad_version) return "Only HTTP/1.0 and HTTP/1.1 are understood";
    return "The request is not valid HTTP";
}

} // namespace

RequestParser::RequestParser(std::size_t max_header_bytes, UploadSpace* uploads)
    : max_header_bytes_(max_header_bytes), uploads_(uploads)
{
    header_limit(std::numeric_limits<std::uint32_t>::max()); // counted here: Beast starts again with each read
    body_limit(boost::none);                                 // known only once the route is
}

RequestParser::~RequestParser()
{
    if (space_ > 0) give_space_back();
}

void RequestParser::give_space_back()
{
    uploads_->used -= space_;
    const auto found = uploads_->used_by.find(owner_);
    found->second -= space_;
    if (found->second == 0) uploads_->used_by.erase(found);
}

std::size_t RequestParser::feed(boost::asio::const_buffer unread)
{
    if (refusal_ || done()) return 0;
    if (head_done() && chunked() && unread.size() < min_chunked_rest) return 0;
    const bool in_head = !head_done();
    Error error;
    const std::size_t taken = put(unread, error);
    if (in_head) header_bytes_ += taken;
    if (error == beast::http::error::need_more || !error)
        check_header_bytes(unread.size() - taken);
    else if (!refusal_)
        refuse(error_response(400, sentence_of(error)));
    return taken;
}

void RequestParser::check_header_bytes(std::size_t left)
{
    const std::size_t undecided = head_done() ? 0 : left;
    if (header_bytes_ + undecided > max_header_bytes_)
        refuse(error_response(431, "The header fields of the request are too long"));
    else if (head_done() && body_begun_ && !done() && left > max_header_bytes_)
        refuse(error_response(400, sentence_of(beast::http::error::bad_chunk))); // an endless chunk head or trailer
}

void RequestParser::accept_body(BodyKind kind, std::uint64_t limit, std::string_view file_field)
{
    eager(true);
    body_begun_ = true;
    body_kind_ = kind;
    body_limit_ = limit;
    const std::uint64_t announced = content_length().value_or(0);
    if (announced > limit) return refuse(error_response(413, too_large));
    if (kind == BodyKind::text) request_.body.reserve(announced);
    if (kind == BodyKind::multipart) begin_multipart(file_field);
}

void RequestParser::begin_multipart(std::string_view file_field)
{
    MultipartBoundary boundary = multipart_boundary(request_.headers.value_or_empty("Content-Type"));
    if (boundary.refusal) return refuse(std::move(*boundary.refusal));
    multipart_ = std::make_unique<MultipartReader>(boundary.text, file_field);
    Error ignored;
    if (done()) on_finish_impl(ignored); // a request without a body was finished with its head
}

void RequestParser::refuse(Response reply)
{
    if (!refusal_) refusal_ = std::move(reply);
}

void RequestParser::refuse(Response reply, Error& error)
{
    refuse(std::move(reply));
    error = beast::http::error::bad_value; // only to stop Beast
}

bool RequestParser::expects_continue() const
{
    return http_1_1_ && !done() && body_bytes_ == 0 &&
           beast::iequals(request_.headers.value_or_empty("Expect"), "100-continue");
}

void RequestParser::on_request_impl(beast::http::verb, Text method, Text target, int version, Error& error)
{
    request_.method.assign(method.data(), method.size());
    RequestTarget parts = split_target({target.data(), target.size()});
    if (!parts.is_valid) return refuse(error_response(400, "The address in the request line is not valid"), error);
    request_.target = std::move(parts.target);
    authority_ = std::move(parts.authority);
    request_.headers.reserve(16, 1024);
    http_1_1_ = version == 11;
}

void RequestParser::on_field_impl(beast::http::field field, Text name, Text value, Error& error)
{
    if (head_done()) return; // trailers must not pass for header fields
    if (field == beast::http::field::host) ++hosts_;
    if (field == beast::http::field::transfer_encoding && (!http_1_1_ || !beast::iequals(value, "chunked")))
        return refuse(error_response(400, "The only Transfer-Encoding understood is chunked"), error);
    const bool is_overruled = field == beast::http::field::host && !authority_.empty();
    const std::string_view text =
        is_overruled ? std::string_view(authority_) : std::string_view(value.data(), value.size());
    request_.headers.add({name.data(), name.size()}, text);
}

void RequestParser::on_header_impl(Error& error)
{
    if (http_1_1_ && hosts_ != 1) refuse(error_response(400, "The request needs exactly one Host header"), error);
}

void RequestParser::on_chunk_header_impl(std::uint64_t size, Text, Error& error)
{
    if (size > body_limit_ - body_bytes_) refuse(error_response(413, too_large), error);
}

std::size_t RequestParser::on_body_impl(Text bytes, Error& error)
{
    body_bytes_ += bytes.size();
    if (body_kind_ == BodyKind::text) request_.body.append(bytes.data(), bytes.size());
    if (body_kind_ == BodyKind::multipart) store_parts({bytes.data(), bytes.size()}, error);
    return bytes.size();
}

std::size_t RequestParser::on_chunk_body_impl(std::uint64_t, Text bytes, Error& error)
{
    return on_body_impl(bytes, error);
}

bool RequestParser::takes_space(std::size_t bytes, Error& error)
{
    if (!uploads_ || bytes == 0) return true;
    if (space_ == 0) owner_ = request_.caller.name;
    const auto found = uploads_->used_by.find(owner_);
    const std::uint64_t used = found == uploads_->used_by.end() ? 0 : found->second;
    const bool is_full = bytes > uploads_->limit - uploads_->used;
    if (is_full || bytes > uploads_->limit_each - used) {
        Response refusal =
            is_full ? error_response(503, "Too many uploads are under way; try again in a few seconds")
                    : error_response(429, "Your uploads under way are too large together; wait until one has finished");
        refusal.headers.emplace_back("Retry-After", "10");
        refuse(std::move(refusal), error);
        return false;
    }
    uploads_->used += bytes;
    uploads_->used_by[owner_] += bytes;
    space_ += bytes;
    return true;
}

void RequestParser::store_parts(std::string_view bytes, Error& error)
{
    if (!takes_space(bytes.size(), error)) return;
    try {
        if (auto refusal = multipart_->feed(bytes)) refuse(std::move(*refusal), error);
    }
    catch (const std::system_error& fault) {
        config::log(config::LogLevel::error, "http.upload_not_stored", {{"reason", fault.what()}});
        refuse(error_response(503, "The upload could not be stored; try again later"), error);
    }
}

void RequestParser::on_finish_impl(Error& error)
{
    if (!multipart_) return;
    if (auto refusal = multipart_->finish())
        refuse(std::move(*refusal), error);
    else
        request_.form = multipart_->take_form();
}

} // namespace waybill::http
