#include "server/twilio/retry_after.hpp"

#include <algorithm>
#include <charconv>
#include <ctime>
#include <string>

namespace waybill::twilio
{
namespace
{

using std::chrono::seconds;
using std::chrono::system_clock;

std::optional<seconds> read_seconds(std::string_view text)
{
    int count = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), count);
    if (error != std::errc() || end != text.data() + text.size() || count < 0) return std::nullopt;
    return seconds(count);
}

std::optional<system_clock::time_point> read_http_date(std::string_view text)
{
    std::tm parts{};
    const std::string terminated(text);
    const char* end = ::strptime(terminated.c_str(), "%a, %d %b %Y %H:%M:%S GMT", &parts);
    if (!end || *end != '\0') return std::nullopt;
    return system_clock::from_time_t(::timegm(&parts));
}

} // namespace

std::optional<seconds> read_retry_after(const http::Headers& headers, system_clock::time_point now)
{
    const auto text = headers.find("Retry-After");
    if (!text) return std::nullopt;
    if (const auto count = read_seconds(*text)) return count;
    const auto when = read_http_date(*text);
    if (!when) return std::nullopt;
    const auto said = read_http_date(headers.value_or_empty("Date")).value_or(now);
    return std::max(seconds(0), std::chrono::ceil<seconds>(*when - said));
}

} // namespace waybill::twilio
