#pragma once

#include "config/log.hpp"

#include <mutex>
#include <string>
#include <string_view>
#include <vector>

namespace waybill::test
{

// Takes the log's lines for as long as it lives.
class CapturedLog
{
public:
    CapturedLog()
        : before_(config::set_log_sink([this](config::LogLevel, std::string_view line) {
              const std::lock_guard lock(mutex_);
              lines_.emplace_back(line);
          }))
    {
    }
    ~CapturedLog() { config::set_log_sink(before_); }
    CapturedLog(const CapturedLog&) = delete;
    CapturedLog& operator=(const CapturedLog&) = delete;

    // Those that hold the text.
    std::vector<std::string> lines(std::string_view text)
    {
        const std::lock_guard lock(mutex_);
        std::vector<std::string> found;
        for (const std::string& line : lines_)
            if (line.find(text) != std::string::npos) found.push_back(line);
        return found;
    }

private:
    std::mutex mutex_;
    std::vector<std::string> lines_;
    config::LogSink before_;
};

} // namespace waybill::test
