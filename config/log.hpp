#pragma once

#include <concepts>
#include <cstdint>
#include <functional>
#include <initializer_list>
#include <span>
#include <string>
#include <string_view>

namespace waybill::config
{

enum class LogLevel
{
    debug,
    info,
    warning,
    error
};

enum class LogFormat
{
    text, // `2026-03-31T12:00:00.123Z info message.rejected id=17 code=21211`
    json  // `{"time":"2026-03-31T12:00:00.123Z","level":"info","event":"message.rejected","id":17,"code":21211}`
};

struct LogField
{
    std::string_view name; // without characters that need quotes; it outlives the line
    std::string value;
    bool is_bare = false; // a number or a flag

    LogField(std::string_view field, std::string_view text) : name(field), value(text) {}
    LogField(std::string_view field, const char* text) : name(field), value(text) {}
    LogField(std::string_view field, const std::string& text) : name(field), value(text) {}
    LogField(std::string_view field, bool flag) : name(field), value(flag ? "true" : "false"), is_bare(true) {}
    template <class Number>
    requires std::integral<Number> || std::floating_point<Number> LogField(std::string_view field, Number number)
        : name(field), value(std::to_string(number)), is_bare(true)
    {
    }
};

// One line per event. In text, values with spaces are quoted and control characters escaped, so a line never breaks.
// Thread-safe. Callers never pass tokens, bodies or whole phone numbers.
void log(LogLevel level, std::string_view event, std::initializer_list<LogField> fields = {});
void log(LogLevel level, std::string_view event, std::span<const LogField> fields);

void set_log_format(LogFormat format);

void set_log_level(LogLevel lowest);
LogLevel parse_log_level(std::string_view name); // unknown names mean info

// Where the lines go (without the line break); the default writes them to standard error. Returns the previous sink.
using LogSink = std::function<void(LogLevel, std::string_view line)>;
LogSink set_log_sink(LogSink sink);

// `+15551234567` -> `+1555***4567`; short texts are masked whole.
std::string masked(std::string_view phone_number);

} // namespace waybill::config
