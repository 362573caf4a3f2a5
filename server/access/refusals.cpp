#include "server/access/refusals.hpp"

#include "server/access/permissions.hpp"

#include <string>
#include <vector>

namespace waybill::access
{

http::Response not_authenticated()
{
    return http::error_response(403, "Not authenticated", "not_authenticated");
}

http::Response not_valid()
{
    http::Response response =
        http::error_response(401, "The credential is not valid, or it has expired or was revoked; sign in again");
    response.headers.emplace_back("WWW-Authenticate", "Bearer");
    return response;
}

http::Response not_permitted(Permission permission)
{
    return http::error_response(
        403, "This needs the permission " + std::string(name_of(permission)) + "; ask an administrator for it",
        "missing_permission");
}

http::Response too_many_requests(std::chrono::seconds wait)
{
    const std::string seconds = std::to_string(wait.count());
    http::Response response = http::error_response(
        429, "This key has made as many requests as it may; try again in " + seconds + " seconds", "rate_limited");
    response.headers.emplace_back("Retry-After", seconds);
    return response;
}

http::Response not_now()
{
    http::Response response = http::error_response(
        503,
        "The database cannot be reached right now, so permissions cannot be checked; try again in a few "
        "seconds",
        "database_unavailable");
    response.headers.emplace_back("Retry-After", "5");
    return response;
}

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
    rows.reserve(counts_.size());
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
