#pragma once

#include "config/background_task.hpp"
#include "db/requests/audit.hpp"

#include <map>
#include <string>
#include <utility>

namespace waybill::access
{

// Refusals on their way to the audit log: one row per principal (or address, if it is unknown), action and minute, so
// that a flood of them fills neither the log nor the memory.
class RefusalLog
{
public:
    static constexpr std::size_t max_rows = 1'000; // a minute; what is beyond is counted in one row

    RefusalLog(boost::asio::any_io_executor executor, db::Database& database)
        : executor_(std::move(executor)), log_(database)
    {
    }

    void count(db::Actor by, std::string action);
    config::BackgroundTask task(); // writes what was counted once a minute, and at the end

    boost::asio::awaitable<void> write();

private:
    boost::asio::any_io_executor executor_;
    db::AuditLog log_;
    std::map<std::pair<std::string, std::string>, db::RefusalCount> counts_; // by who and what
};

} // namespace waybill::access
