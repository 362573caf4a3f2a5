#pragma once

#include "server/http/message.hpp"

#include <boost/json/monotonic_resource.hpp>
#include <boost/json/value.hpp>

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace waybill::twilio
{

// An object in one of Twilio's replies, read liberally: what is missing, null or of an unexpected type is empty, and
// numbers may stand in strings. Lives as long as the reply.
class ReplyObject
{
public:
    explicit ReplyObject(const boost::json::object* object = nullptr) : object_(object) {}

    std::string text(std::string_view name) const;
    std::optional<int> integer(std::string_view name) const;
    std::optional<std::int64_t> micros(std::string_view name) const; // a decimal number, times 1 000 000
    std::vector<ReplyObject> objects(std::string_view name) const;   // those of an array

protected:
    const boost::json::object* object_;

private:
    const boost::json::value* member(std::string_view name) const;
};

// A whole reply; a body that is not a JSON object (such as a proxy's page) has no members.
class ReplyBody : public ReplyObject
{
public:
    explicit ReplyBody(std::string_view body);
    ReplyBody(const ReplyBody&) = delete;
    ReplyBody& operator=(const ReplyBody&) = delete;

private:
    unsigned char first_memory_[4096];
    boost::json::monotonic_resource memory_;
    boost::json::value value_;
};

// `Thu, 24 Aug 2023 05:01:45 +0000`; empty when it is anything else.
std::optional<std::chrono::system_clock::time_point> parse_rfc2822(std::string_view text);

std::string to_date(std::chrono::system_clock::time_point time); // `2023-08-24`, in UTC

// What a Retry-After header asks for: seconds, or an HTTP date, counted from the reply's own Date when it has one, so
// that a wrong clock here does not matter. Never negative; empty when absent or not understood.
std::optional<std::chrono::seconds> read_retry_after(const http::Headers& headers,
                                                     std::chrono::system_clock::time_point now);

} // namespace waybill::twilio
