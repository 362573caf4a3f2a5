#pragma once

#include "config/background_task.hpp"
#include "db/requests/audit.hpp"
#include "server/access/permissions.hpp"
#include "server/http/message.hpp"

#include <chrono>
#include <map>
#include <string>
#include <utility>

// Requests that the gate does not admit: its replies to them, and their record.
namespace waybill::access
{

http::Response not_authenticated();                          // 403, as the existing client expects it: no credential
http::Response not_valid();                                  // 401
http::Response not_permitted(Permission permission);         // 403
http::Response too_many_requests(std::chrono::seconds wait); // 429
http::Response not_now();                                    // 503: PostgreSQL is away

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
