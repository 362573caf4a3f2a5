#include "server/http/message.hpp"

#include <boost/beast/core/string.hpp>
#include <boost/json/serialize.hpp>
#include <boost/json/value.hpp>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <cstdlib>
#include <fcntl.h>
#include <random>
#include <system_error>
#include <unistd.h>
#include <utility>

namespace waybill::http
{

namespace
{

[[noreturn]] void fail(const char* doing)
{
    throw std::system_error(errno, std::generic_category(), doing);
}

int open_unlinked(const std::string& folder)
{
    std::string name = folder + "/waybill-XXXXXX";
    const int descriptor = ::mkostemp(name.data(), O_CLOEXEC);
    if (descriptor >= 0) ::unlink(name.c_str());
    return descriptor;
}

int open_anonymous()
{
    const char* configured = std::getenv("TMPDIR");
    const std::string folder = configured != nullptr && *configured != '\0' ? configured : "/tmp";
    int descriptor = ::open(folder.c_str(), O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
    if (descriptor < 0) descriptor = open_unlinked(folder); // not every file system knows O_TMPFILE
    if (descriptor < 0) fail("open a temporary file");
    return descriptor;
}

} // namespace

void Headers::reserve(std::size_t fields, std::size_t bytes)
{
    fields_.reserve(fields);
    text_.reserve(bytes);
}

void Headers::add(std::string_view name, std::string_view value)
{
    fields_.push_back({text_.size(), name.size(), text_.size() + name.size(), value.size()});
    text_.append(name);
    text_.append(value);
}

void Headers::clear()
{
    text_.clear();
    fields_.clear();
}

std::optional<std::string_view> Headers::find(std::string_view name) const
{
    for (std::size_t index = 0; index < fields_.size(); ++index) {
        const auto [field_name, value] = at(index);
        if (field_name.size() == name.size() && boost::beast::iequals(field_name, name)) return value;
    }
    return std::nullopt;
}

std::string_view Headers::value_or_empty(std::string_view name) const
{
    return find(name).value_or(std::string_view{});
}

std::pair<std::string_view, std::string_view> Headers::at(std::size_t index) const
{
    const Field& field = fields_.at(index);
    const std::string_view text = text_;
    return {text.substr(field.name_begin, field.name_size), text.substr(field.value_begin, field.value_size)};
}

std::string_view Request::path() const
{
    return std::string_view(target).substr(0, target.find('?'));
}

std::string_view Request::query() const
{
    const std::size_t mark = target.find('?');
    return mark == std::string::npos ? std::string_view{} : std::string_view(target).substr(mark + 1);
}

std::string_view usual_error_code(int status)
{
    switch (status) {
    case 400:
        return "bad_request";
    case 401:
        return "invalid_credential";
    case 403:
        return "forbidden";
    case 404:
        return "not_found";
    case 405:
        return "method_not_allowed";
    case 408:
        return "request_timeout";
    case 409:
        return "conflict";
    case 413:
        return "body_too_large";
    case 415:
        return "unsupported_media_type";
    case 421:
        return "unknown_host";
    case 422:
        return "invalid_fields";
    case 429:
        return "too_many_requests";
    case 431:
        return "headers_too_large";
    case 503:
        return "unavailable";
    default:
        return "internal_error";
    }
}

Response error_response(int status, std::string_view sentence, std::string_view code)
{
    const boost::json::string_view text(sentence.data(), sentence.size());
    if (code.empty()) code = usual_error_code(status);
    const boost::json::value body{
        {"error", text}, {"detail", text}, {"code", boost::json::string_view(code.data(), code.size())}};
    return json_response(status, boost::json::serialize(body));
}

Response json_response(int status, std::string body)
{
    Response response;
    response.status = status;
    response.headers.emplace_back("Content-Type", "application/json");
    response.body = std::move(body);
    return response;
}

std::optional<std::string> percent_decoded(std::string_view text)
{
    std::string decoded;
    decoded.reserve(text.size());
    for (std::size_t at = 0; at < text.size(); ++at) {
        if (text[at] != '%') {
            decoded += text[at];
            continue;
        }
        const std::string_view digits = text.substr(at + 1, 2);
        unsigned value = 0;
        const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value, 16);
        if (error != std::errc{} || end != digits.data() + 2) return std::nullopt;
        decoded += static_cast<char>(value);
        at += 2;
    }
    return decoded;
}

SpooledFile::SpooledFile() : descriptor_(open_anonymous()) {}

SpooledFile::SpooledFile(SpooledFile&& other) noexcept
    : descriptor_(std::exchange(other.descriptor_, -1)), size_(std::exchange(other.size_, 0))
{
}

SpooledFile& SpooledFile::operator=(SpooledFile&& other) noexcept
{
    std::swap(descriptor_, other.descriptor_);
    std::swap(size_, other.size_);
    return *this;
}

SpooledFile::~SpooledFile()
{
    if (descriptor_ >= 0) ::close(descriptor_);
}

void SpooledFile::append(std::string_view bytes)
{
    while (!bytes.empty()) {
        const ssize_t written = ::pwrite(descriptor_, bytes.data(), bytes.size(), static_cast<off_t>(size_));
        if (written < 0 && errno == EINTR) continue;
        if (written < 0) fail("write an uploaded file");
        size_ += static_cast<std::uint64_t>(written);
        bytes.remove_prefix(static_cast<std::size_t>(written));
    }
}

std::size_t SpooledFile::read(std::uint64_t offset, char* to, std::size_t size) const
{
    std::size_t done = 0;
    while (done < size) {
        const ssize_t got = ::pread(descriptor_, to + done, size - done, static_cast<off_t>(offset + done));
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) fail("read an uploaded file");
        if (got == 0) break;
        done += static_cast<std::size_t>(got);
    }
    return done;
}

RequestIds::RequestIds()
{
    constexpr std::string_view digits = "0123456789abcdef";
    std::random_device random;
    for (int each = 0; each < 16; ++each)
        beginning_ += digits[random() % digits.size()];
    beginning_ += '.';
}

std::string RequestIds::next()
{
    return beginning_ + std::to_string(++last_);
}

bool is_usable_request_id(std::string_view text)
{
    const auto is_usable = [](char each) {
        return (each >= 'a' && each <= 'z') || (each >= 'A' && each <= 'Z') || (each >= '0' && each <= '9') ||
               each == '.' || each == '_' || each == '-';
    };
    return text.size() >= 8 && text.size() <= 64 && std::ranges::all_of(text, is_usable);
}

} // namespace waybill::http
