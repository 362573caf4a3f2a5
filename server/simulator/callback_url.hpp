#pragma once

#include <chrono>
#include <string>
#include <string_view>
#include <variant>

namespace waybill::simulator
{

// Twilio's connection overrides, given in the fragment of a webhook's URL: `#rc=5&rp=all&ct=2000`.
struct ConnectionOverrides
{
    std::chrono::milliseconds connect_deadline{5'000}; // ct
    std::chrono::milliseconds read_deadline{15'000};   // rt
    std::chrono::milliseconds total{15'000};           // tt
    int retries = 1;                                   // rc
    bool retries_4xx = false;                          // rp, this and below
    bool retries_5xx = false;
    bool retries_connect = true;
    bool retries_read = false;
};

struct CallbackUrl
{
    std::string origin; // http://127.0.0.1:8000
    std::string target; // path and query
    ConnectionOverrides overrides;

    std::string signed_url() const { return origin + target; }
};

// Reads an absolute http(s) URL of a loopback host, at most 4000 characters and without userinfo; else one sentence on
// what is wrong.
std::variant<CallbackUrl, std::string> parse_callback_url(std::string_view url);

// Unknown keys and unreadable values are ignored; numbers are clamped to Twilio's ranges.
ConnectionOverrides parse_overrides(std::string_view fragment);

} // namespace waybill::simulator
