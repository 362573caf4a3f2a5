#pragma once

#include <string>
#include <string_view>

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

} // namespace waybill::http
