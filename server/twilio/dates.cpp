#include "server/twilio/dates.hpp"

#include <ctime>

namespace waybill::twilio
{

using std::chrono::system_clock;

std::optional<system_clock::time_point> parse_rfc2822(std::string_view text)
{
    std::tm parts{};
    const std::string terminated(text);
    const char* end = ::strptime(terminated.c_str(), "%a, %d %b %Y %H:%M:%S %z", &parts);
    if (!end || *end != '\0') return std::nullopt;
    const std::chrono::seconds east_of_utc(parts.tm_gmtoff);
    return system_clock::from_time_t(::timegm(&parts)) - east_of_utc;
}

std::string to_date(system_clock::time_point time)
{
    const std::time_t seconds = system_clock::to_time_t(time);
    std::tm parts{};
    ::gmtime_r(&seconds, &parts);
    char text[16];
    return std::string(text, std::strftime(text, sizeof text, "%Y-%m-%d", &parts));
}

} // namespace waybill::twilio
