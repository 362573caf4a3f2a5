#pragma once

#include <boost/json/monotonic_resource.hpp>
#include <boost/json/value.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace waybill::twilio
{

// An object in a reply of Twilio's, read liberally: what is missing, null or of an unexpected type is empty, and
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

// A whole reply; a body that is no JSON object at all (a proxy's page) has no members.
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

} // namespace waybill::twilio
