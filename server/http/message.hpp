#pragma once

#include <boost/asio/awaitable.hpp>

#include <atomic>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace waybill::http
{

namespace asio = boost::asio;

using Header = std::pair<std::string, std::string>;

// Header fields in the order received; names compare without case. All text lives in one buffer, so that a request
// costs no allocation per field.
class Headers
{
public:
    void reserve(std::size_t fields, std::size_t bytes);
    void add(std::string_view name, std::string_view value);
    void clear();
    std::optional<std::string_view> find(std::string_view name) const; // the first of that name
    std::string_view value_or_empty(std::string_view name) const;
    std::size_t size() const { return fields_.size(); }
    std::pair<std::string_view, std::string_view> at(std::size_t index) const;

private:
    struct Field
    {
        std::size_t name_begin, name_size, value_begin, value_size;
    };
    std::string text_;
    std::vector<Field> fields_;
};

// An uploaded file, spooled to an anonymous temporary file that is gone when the object is.
class SpooledFile
{
public:
    SpooledFile();
    SpooledFile(SpooledFile&&) noexcept;
    SpooledFile& operator=(SpooledFile&&) noexcept;
    ~SpooledFile();

    void append(std::string_view bytes);                                      // throws std::system_error (disk full)
    std::size_t read(std::uint64_t offset, char* to, std::size_t size) const; // blocking; 0 at the end
    std::uint64_t size() const { return size_; }

private:
    int descriptor_ = -1;
    std::uint64_t size_ = 0;
};

struct FilePart
{
    std::string file_name; // as the browser gave it
    SpooledFile content;
};

// A multipart/form-data body. Repeated names keep the last value. A file control left empty (no name, no content) is
// left out.
struct MultipartForm
{
    std::map<std::string, std::string, std::less<>> fields; // every part without a file name
    std::map<std::string, FilePart, std::less<>> files;     // every part with a file name
};

// Where a request came in. Lives as long as the connection.
struct ConnectionFacts
{
    std::string peer_address, local_address;
    std::uint16_t peer_port = 0, local_port = 0;
    bool https = false;
    std::optional<std::optional<unsigned>> peer_owner; // the operating system's user, once it was looked up
};

// On whose behalf a request is handled; filled in by the route's admission.
struct Caller
{
    std::string name;                                     // of the principal, as it is stored beside what it creates
    bool sees_people = true;                              // false: names, numbers and texts are masked
    std::string request_id;                               // the X-Request-Id that the client gave; empty: none
    bool only_own_campaigns = false;                      // it may control those alone that it has created
    std::vector<std::string> senders;                     // the only ones that it may send from; empty: all
    std::optional<std::int64_t> daily_budget;             // 1/10 000 USD
    std::string time_zone;                                // of the days of that budget
    std::function<asio::awaitable<bool>()> still_allowed; // for streams; empty: for as long as it likes
    std::shared_ptr<void> share;                          // of what is limited per principal
};

// Whether the client of a request has closed its connection, or its side of it; read on any thread. Null: not watched.
using ClientLeft = std::shared_ptr<const std::atomic<bool>>;

struct Request
{
    std::string id;     // Waybill's own, different for each request
    std::string method; // upper case
    std::string target; // exactly as received: path and query, of an absolute URL as well
    Headers headers;
    std::string body;                                            // empty for multipart routes
    std::optional<MultipartForm> form;                           // only for multipart routes
    std::map<std::string, std::string, std::less<>> path_values; // {name} of the route, percent-decoded
    ConnectionFacts* connection = nullptr;                       // null in tests of single parts
    ClientLeft client_left;                                      // of routes with an admission
    bool http_1_1 = true;
    Caller caller;

    std::string_view path() const;  // target up to '?'
    std::string_view query() const; // after '?', not decoded
};

// Writes the pieces of a streamed body; throws when the peer is gone or too slow.
class BodyWriter
{
public:
    virtual ~BodyWriter() = default;
    virtual asio::awaitable<void> write(std::string piece) = 0;

    // For a stream that waits for something between its pieces: calls the action, once, when the peer has left or the
    // server drains, perhaps immediately. The stream must end then.
    virtual void on_end(std::function<void()> action) = 0;
};

using BodyStream = std::function<asio::awaitable<void>(BodyWriter&)>;

struct Response
{
    int status = 200;            // 0: the connection is closed without a reply
    std::vector<Header> headers; // Content-Length, Date, Connection and CORS are the server's
    std::string body;
    BodyStream stream; // when set, the body is sent chunked and `body` is ignored
};

// `{"error": sentence, "detail": sentence, "code": code}` with that status: the one shape of every error. Without a
// code of its own it has the usual one of its status.
Response error_response(int status, std::string_view sentence, std::string_view code = {});
std::string_view usual_error_code(int status); // 404 -> not_found
Response json_response(int status, std::string body);

// `%41` -> `A`; '+' stays. Nothing when an escape is malformed.
std::optional<std::string> percent_decoded(std::string_view text);

// Names requests in responses, in the log and in the audit log. The ids of two processes differ by their random
// beginning, those of one process by a number; neither costs a receipt anything worth mentioning.
class RequestIds
{
public:
    RequestIds();
    std::string next(); // 16 hexadecimal digits, a dot, a number

private:
    std::string beginning_;
    std::uint64_t last_ = 0;
};

// Whether what a client calls its request may be stored: 8 to 64 letters, digits, dots, hyphens and underscores.
bool is_usable_request_id(std::string_view text);

} // namespace waybill::http
