#include "config/log.hpp"

#include "config/json_text.hpp"

#include <atomic>
#include <chrono>
#include <cstdio>
#include <ctime>
#include <mutex>
#include <unistd.h>
#include <utility>

namespace waybill::config
{

namespace
{

constexpr std::string_view level_names[] = {"debug", "info", "warning", "error"};

std::string_view name_of(LogLevel level)
{
    return level_names[static_cast<std::size_t>(level)];
}

void write_to_standard_error(LogLevel, std::string_view line)
{
    std::string whole{line};
    whole += '\n';
    // One call, so that lines of several processes on one terminal do not mix. That stderr is closed is not worth an
    // error.
    [[maybe_unused]] const auto written = ::write(STDERR_FILENO, whole.data(), whole.size());
}

std::atomic<LogLevel> lowest_level{LogLevel::info};
std::atomic<LogFormat> format{LogFormat::text};

struct Output
{
    std::mutex mutex;
    LogSink sink = write_to_standard_error;
};

// Never destroyed: threads may still log while the process ends.
Output& output()
{
    static auto& only = *new Output;
    return only;
}

std::string timestamp()
{
    const auto now = std::chrono::floor<std::chrono::milliseconds>(std::chrono::system_clock::now());
    const auto seconds = std::chrono::floor<std::chrono::seconds>(now);
    const std::time_t since_epoch = std::chrono::system_clock::to_time_t(seconds);
    std::tm parts{};
    ::gmtime_r(&since_epoch, &parts);

    char text[32];
    const auto length = std::strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%S", &parts);
    std::snprintf(text + length, sizeof text - length, ".%03dZ", static_cast<int>((now - seconds).count()));
    return text;
}

bool is_control(char c)
{
    const auto byte = static_cast<unsigned char>(c);
    return byte < 0x20 || byte == 0x7f;
}

bool needs_quotes(std::string_view value)
{
    if (value.empty()) return true;
    for (const char c : value)
        if (is_control(c) || c == ' ' || c == '"' || c == '=' || c == '\\') return true;
    return false;
}

void append_escaped(std::string& line, char c)
{
    if (c == '"' || c == '\\') {
        line += '\\';
        line += c;
    }
    else if (c == '\n') {
        line += "\\n";
    }
    else if (is_control(c)) {
        char text[8];
        std::snprintf(text, sizeof text, "\\x%02x", static_cast<unsigned>(static_cast<unsigned char>(c)));
        line += text;
    }
    else {
        line += c;
    }
}

void append_value(std::string& line, std::string_view value)
{
    if (!needs_quotes(value)) {
        line += value;
        return;
    }
    line += '"';
    for (const char c : value)
        append_escaped(line, c);
    line += '"';
}

std::string text_line(LogLevel level, std::string_view event, std::span<const LogField> fields)
{
    std::string line = timestamp();
    line += ' ';
    line += name_of(level);
    line += ' ';
    line += event;
    for (const auto& field : fields) {
        line += ' ';
        line += field.name;
        line += '=';
        append_value(line, field.value);
    }
    return line;
}

std::string json_line(LogLevel level, std::string_view event, std::span<const LogField> fields)
{
    std::string line = "{\"time\":\"" + timestamp() + "\",\"level\":\"" + std::string(name_of(level)) +
                       "\",\"event\":\"" + std::string(event) + '"';
    for (const auto& field : fields) {
        line += ",\"" + std::string(field.name) + "\":";
        line += field.is_bare ? field.value : as_json(field.value);
    }
    return line + '}';
}

} // namespace

void log(LogLevel level, std::string_view event, std::initializer_list<LogField> fields)
{
    log(level, event, std::span<const LogField>(fields.begin(), fields.size()));
}

void log(LogLevel level, std::string_view event, std::span<const LogField> fields)
{
    if (level < lowest_level.load(std::memory_order_relaxed)) return;
    const bool is_json = format.load(std::memory_order_relaxed) == LogFormat::json;
    const std::string line = is_json ? json_line(level, event, fields) : text_line(level, event, fields);
    auto& out = output();
    const std::lock_guard lock{out.mutex};
    out.sink(level, line);
}

void set_log_format(LogFormat chosen)
{
    format.store(chosen, std::memory_order_relaxed);
}

void set_log_level(LogLevel lowest)
{
    lowest_level.store(lowest, std::memory_order_relaxed);
}

LogLevel parse_log_level(std::string_view name)
{
    for (const auto level : {LogLevel::debug, LogLevel::warning, LogLevel::error})
        if (name == name_of(level)) return level;
    return LogLevel::info;
}

LogSink set_log_sink(LogSink sink)
{
    auto& out = output();
    const std::lock_guard lock{out.mutex};
    return std::exchange(out.sink, std::move(sink));
}

std::string masked(std::string_view phone_number)
{
    constexpr std::size_t shown_front = 5, shown_back = 4, hidden_at_least = 3;
    if (phone_number.size() < shown_front + hidden_at_least + shown_back) return "***";
    std::string text{phone_number.substr(0, shown_front)};
    text += "***";
    text += phone_number.substr(phone_number.size() - shown_back);
    return text;
}

} // namespace waybill::config
