#pragma once

#include "server/http/router.hpp"
#include "server/http/server/multipart.hpp"

#include <boost/asio/buffer.hpp>
#include <boost/beast/http/basic_parser.hpp>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

namespace waybill::http
{

// The second word of a request line: a path with a query, or an absolute URL, as clients send it to proxies.
struct RequestTarget
{
    bool is_valid = true;
    std::string target;    // path and query
    std::string authority; // host and port of an absolute URL; otherwise empty
};

// An http or https URL without a path stands for `/`. It is not valid without a host, or with a user's name.
RequestTarget split_target(std::string_view text);

// The room that all uploads under way share, from their first byte until their request is answered.
struct UploadSpace
{
    std::uint64_t limit;
    std::uint64_t limit_each; // of one principal
    std::uint64_t& used;
    std::unordered_map<std::string, std::uint64_t> used_by = {}; // by the names of the callers
};

// Parses one request straight into a Request: first the head, then, once the caller has said what it accepts, the body.
// What cannot be accepted becomes a refusal: the reply to send before the connection is closed.
class RequestParser : private boost::beast::http::basic_parser<true>
{
public:
    explicit RequestParser(std::size_t max_header_bytes, UploadSpace* uploads = nullptr);
    ~RequestParser();
    RequestParser(const RequestParser&) = delete;
    RequestParser& operator=(const RequestParser&) = delete;

    // Consumes what it can from the front of the unread bytes of the connection; returns how many bytes it used.
    std::size_t feed(boost::asio::const_buffer unread);
    void accept_body(BodyKind kind, std::uint64_t limit, std::string_view file_field = {});
    void refuse(Response reply);

    bool is_untouched() const { return !got_some(); }
    bool head_done() const { return is_header_done(); }
    bool done() const { return is_done(); }
    bool keeps_alive() const { return head_done() && !refusal_ && keep_alive(); }
    bool is_http_1_1() const { return http_1_1_; }
    bool expects_continue() const;
    std::uint64_t body_bytes() const { return body_bytes_; } // received so far
    std::optional<Response>& refusal() { return refusal_; }
    Request& request() { return request_; }

private:
    using Error = boost::system::error_code;
    using Text = boost::beast::string_view;

    void on_request_impl(boost::beast::http::verb, Text method, Text target, int version, Error& error) override;
    void on_response_impl(int, Text, int, Error&) override {}
    void on_field_impl(boost::beast::http::field field, Text name, Text value, Error& error) override;
    void on_header_impl(Error& error) override;
    void on_body_init_impl(const boost::optional<std::uint64_t>&, Error&) override {}
    std::size_t on_body_impl(Text bytes, Error& error) override;
    void on_chunk_header_impl(std::uint64_t size, Text, Error& error) override;
    std::size_t on_chunk_body_impl(std::uint64_t, Text bytes, Error& error) override;
    void on_finish_impl(Error& error) override;

    void refuse(Response reply, Error& error);
    void check_header_bytes(std::size_t left);
    void begin_multipart(std::string_view file_field);
    bool takes_space(std::size_t bytes, Error& error);
    void give_space_back();
    void store_parts(std::string_view bytes, Error& error);

    std::size_t max_header_bytes_;
    UploadSpace* uploads_;
    std::uint64_t space_ = 0; // of the uploads', used by this request
    std::string owner_;       // of that space
    std::size_t header_bytes_ = 0;
    Request request_;
    std::optional<Response> refusal_;
    std::string authority_; // of an absolute URL in the request line: it counts instead of Host
    bool http_1_1_ = false;
    int hosts_ = 0;
    bool body_begun_ = false;
    BodyKind body_kind_ = BodyKind::none;
    std::uint64_t body_limit_ = 0;
    std::uint64_t body_bytes_ = 0;
    std::unique_ptr<MultipartReader> multipart_;
};

} // namespace waybill::http
