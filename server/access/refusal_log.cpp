#include "server/access/refusal_log.hpp"

#include <vector>

namespace waybill::access
{

void RefusalLog::count(db::Actor by, std::string action)
{
    std::pair<std::string, std::string> key{by.principal.empty() ? by.peer : by.principal, action};
    if (counts_.size() >= max_rows && !counts_.contains(key)) {
        by = db::Actor{"", "", "", ""};
        action = "others";
        key = {"", action};
    }
    db::RefusalCount& counted = counts_[std::move(key)];
    if (counted.count++ > 0) return;
    counted.by = std::move(by);
    counted.action = std::move(action);
}

boost::asio::awaitable<void> RefusalLog::write()
{
    if (counts_.empty()) co_return;
    std::vector<db::RefusalCount> rows;
    for (auto& [key, row] : counts_)
        rows.push_back(row);
    auto counted = std::exchange(counts_, {});
    std::exception_ptr fault;
    try {
        co_await log_.record(std::move(rows));
    }
    catch (...) {
        fault = std::current_exception();
    }
    if (!fault) co_return;
    for (auto& [key, row] : counted) // for the next attempt
        if (counts_.size() < max_rows || counts_.contains(key)) {
            db::RefusalCount& kept = counts_[key];
            row.count += kept.count;
            kept = std::move(row);
        }
    std::rethrow_exception(fault);
}

config::BackgroundTask RefusalLog::task()
{
    config::BackgroundTask task =
        config::repeat_every(std::chrono::minutes(1), "refusals", executor_, [this] { return write(); });
    return task;
}

} // namespace waybill::access
