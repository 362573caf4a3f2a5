#pragma once

#include "config/background_task.hpp"
#include "config/log.hpp"

#include <boost/asio/any_io_executor.hpp>

#include <initializer_list>
#include <string_view>

namespace waybill::config
{

// For a line that one cause may bring many times a second: the fields name the cause alone, no ids. The first line of a
// cause is logged immediately; those that follow are counted, and flush_repeated() logs them as one line with `times`.
void log_repeated(LogLevel level, std::string_view event, std::initializer_list<LogField> fields);

// A cause that did not come again since the last flush begins anew.
void flush_repeated();

BackgroundTask repeated_lines_task(asio::any_io_executor executor); // flushes every ten seconds, and at its end

} // namespace waybill::config
