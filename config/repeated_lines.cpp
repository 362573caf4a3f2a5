#include "config/repeated_lines.hpp"

#include <boost/asio/use_awaitable.hpp>

#include <chrono>
#include <cstdint>
#include <map>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

namespace waybill::config
{

namespace
{

constexpr std::chrono::seconds flush_interval{10};
constexpr std::size_t max_causes = 100; // further ones are logged line by line

struct Cause
{
    LogLevel level = LogLevel::warning;
    std::string event;
    std::vector<LogField> fields;
    std::uint64_t times = 0; // since the last flush, the line that was logged not counted
};

struct Causes
{
    std::mutex mutex;
    std::map<std::string, Cause> list;
};

// Never destroyed: threads may still log while the process ends.
Causes& causes()
{
    static auto& only = *new Causes;
    return only;
}

std::string key_of(std::string_view event, std::initializer_list<LogField> fields)
{
    std::string key(event);
    for (const LogField& field : fields)
        key += '\n' + field.value;
    return key;
}

// True when the line is to be logged now.
bool is_first(LogLevel level, std::string_view event, std::initializer_list<LogField> fields)
{
    Causes& all = causes();
    std::string key = key_of(event, fields);
    const std::lock_guard lock(all.mutex);
    if (const auto known = all.list.find(key); known != all.list.end()) {
        ++known->second.times;
        return false;
    }
    if (all.list.size() < max_causes)
        all.list.emplace(std::move(key), Cause{level, std::string(event), std::vector<LogField>(fields), 0});
    return true;
}

std::vector<Cause> take_repeated()
{
    std::vector<Cause> repeated;
    Causes& all = causes();
    const std::lock_guard lock(all.mutex);
    for (auto cause = all.list.begin(); cause != all.list.end();) {
        const bool has_ended = cause->second.times == 0;
        if (!has_ended) repeated.push_back(cause->second);
        cause->second.times = 0;
        cause = has_ended ? all.list.erase(cause) : std::next(cause);
    }
    return repeated;
}

asio::awaitable<void> flush()
{
    flush_repeated();
    co_return;
}

} // namespace

void log_repeated(LogLevel level, std::string_view event, std::initializer_list<LogField> fields)
{
    if (is_first(level, event, fields)) log(level, event, fields);
}

void flush_repeated()
{
    for (Cause& cause : take_repeated()) {
        cause.fields.emplace_back("times", cause.times);
        log(cause.level, cause.event, std::span<const LogField>(cause.fields));
    }
}

BackgroundTask repeated_lines_task(asio::any_io_executor executor)
{
    BackgroundTask task = repeat_every(flush_interval, "repeated log lines", std::move(executor), flush);
    task.stop = [stop = std::move(task.stop)] {
        flush_repeated();
        stop();
    };
    return task;
}

} // namespace waybill::config
