#include "server/recipients/xlsx/number.hpp"

#include "server/recipients/dates/written_date.hpp"

#include <array>
#include <charconv>
#include <cmath>
#include <cstdio>
#include <optional>

namespace waybill::recipients
{

namespace
{

constexpr double max_whole = 1e15; // a spreadsheet keeps 15 digits
constexpr int seconds_per_day = 86'400;

std::optional<double> parse(std::string_view value)
{
    double number = 0;
    const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), number);
    if (error != std::errc() || end != value.data() + value.size() || !std::isfinite(number)) return std::nullopt;
    return number;
}

template <typename... Values>
std::string print(const char* format, Values... values)
{
    std::array<char, 64> text{};
    std::snprintf(text.data(), text.size(), format, values...);
    return text.data();
}

} // namespace

std::string number_text(std::string_view value)
{
    const auto number = parse(value);
    if (!number) return std::string(value);
    if (std::trunc(*number) == *number && std::fabs(*number) < max_whole)
        return std::to_string(static_cast<long long>(*number));
    return print("%.15g", *number);
}

std::string date_text(std::string_view value, bool begins_in_1904)
{
    const auto serial = parse(value);
    if (!serial || *serial < 0 || *serial > 2'958'465) return number_text(value);
    double day = std::floor(*serial);
    auto seconds = static_cast<int>(std::lround((*serial - day) * seconds_per_day));
    if (seconds == seconds_per_day) {
        day += 1;
        seconds = 0;
    }
    std::string time = print("%02d:%02d:%02d", seconds / 3600, seconds / 60 % 60, seconds % 60);
    const WrittenDate date = day_of_serial(day, begins_in_1904);
    if (date.kind != WrittenDate::Kind::day) return time;
    const std::chrono::year_month_day parts(date.day);
    std::string text = print("%04d-%02u-%02u", static_cast<int>(parts.year()), static_cast<unsigned>(parts.month()),
                             static_cast<unsigned>(parts.day()));
    return seconds == 0 ? text : text.append(" ").append(time);
}

} // namespace waybill::recipients
