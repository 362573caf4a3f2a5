#pragma once

#include <boost/json/monotonic_resource.hpp>
#include <boost/json/value.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace waybill::twilio
{

// A reply of Twilio's, read liberally: what is missing, null or of an unexpected type is empty, numbers may stand in
// strings, and a body that is no JSON object at all (a proxy's page) has no members.
class ReplyBody
{
public:
    explicit ReplyBody(std::string_view body);
    ReplyBody(const ReplyBody&) = delete;
    ReplyBody& operator=(const ReplyBody&) = delete;

    std::string text(std::string_view name) const;
    std::optional<int> integer(std::string_view name) const;
    std::optional<std::int64_t> micros(std::string_view name) const; // a decimal number, times 1 000 000

private:
    const boost::json::value* member(std::string_view name) const;

    unsigned char first_memory_[4096];
    boost::json::monotonic_resource memory_;
    boost::json::value value_;
};

} // namespace waybill::twilio
