#include "server/api/contract/timestamps.hpp"

#include <charconv>

namespace waybill::api
{

using namespace std::chrono;

namespace
{

// Reads exactly `digits` digits at `position` and moves behind them.
std::optional<int> read_digits(std::string_view text, std::size_t& position, std::size_t digits)
{
    const std::string_view part = text.substr(std::min(position, text.size()), digits);
    int value = 0;
    const auto [end, error] = std::from_chars(part.data(), part.data() + part.size(), value);
    if (part.size() != digits || error != std::errc() || end != part.data() + digits || part[0] == '-')
        return std::nullopt;
    position += digits;
    return value;
}

bool read_character(std::string_view text, std::size_t& position, std::string_view allowed)
{
    if (position >= text.size() || allowed.find(text[position]) == std::string_view::npos) return false;
    ++position;
    return true;
}

void skip_fraction(std::string_view text, std::size_t& position)
{
    if (!read_character(text, position, ".")) return;
    while (read_character(text, position, "0123456789")) {
    }
}

std::optional<minutes> read_zone(std::string_view text, std::size_t& position)
{
    if (read_character(text, position, "Zz")) return minutes(0);
    const bool west = position < text.size() && text[position] == '-';
    if (!read_character(text, position, "+-")) return std::nullopt;
    const auto hour = read_digits(text, position, 2);
    read_character(text, position, ":");
    const auto minute = read_digits(text, position, 2);
    if (!hour || !minute || *hour > 14 || *minute > 59) return std::nullopt;
    const minutes offset = hours(*hour) + minutes(*minute);
    return west ? -offset : offset;
}

void append_two_digits(std::string& text, int number)
{
    text += static_cast<char>('0' + number / 10);
    text += static_cast<char>('0' + number % 10);
}

} // namespace

void append_iso8601(std::string& text, db::Time time)
{
    const auto day = floor<days>(time);
    const year_month_day date{day};
    const hh_mm_ss clock{floor<seconds>(time - day)};
    append_two_digits(text, int(date.year()) / 100);
    append_two_digits(text, int(date.year()) % 100);
    text += '-';
    append_two_digits(text, int(unsigned(date.month())));
    text += '-';
    append_two_digits(text, int(unsigned(date.day())));
    text += 'T';
    append_two_digits(text, int(clock.hours().count()));
    text += ':';
    append_two_digits(text, int(clock.minutes().count()));
    text += ':';
    append_two_digits(text, int(clock.seconds().count()));
    text += 'Z';
}

std::string to_iso8601(db::Time time)
{
    std::string text;
    append_iso8601(text, time);
    return text;
}

std::optional<db::Time> parse_iso8601(std::string_view text)
{
    std::size_t at = 0;
    const auto year_ = read_digits(text, at, 4);
    const bool dash1 = read_character(text, at, "-");
    const auto month_ = read_digits(text, at, 2);
    const bool dash2 = read_character(text, at, "-");
    const auto day_ = read_digits(text, at, 2);
    const bool divided = read_character(text, at, "Tt ");
    const auto hour = read_digits(text, at, 2);
    const bool colon1 = read_character(text, at, ":");
    const auto minute = read_digits(text, at, 2);
    const bool colon2 = read_character(text, at, ":");
    const auto second = read_digits(text, at, 2);
    skip_fraction(text, at);
    const auto zone = read_zone(text, at);
    if (!year_ || !dash1 || !month_ || !dash2 || !day_ || !divided || !hour || !colon1 || !minute || !colon2 ||
        !second || !zone || at != text.size() || *hour > 23 || *minute > 59 || *second > 59)
        return std::nullopt;
    const year_month_day date{year(*year_), month(unsigned(*month_)), day(unsigned(*day_))};
    if (!date.ok()) return std::nullopt;
    const sys_seconds time = sys_days(date) + hours(*hour) + minutes(*minute) + seconds(*second) - *zone;
    if (time < ceil<seconds>(db::Time::min()) || time > floor<seconds>(db::Time::max())) return std::nullopt;
    return time;
}

} // namespace waybill::api
