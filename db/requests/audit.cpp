#include "db/requests/audit.hpp"

#include "db/postgres/rows.hpp"

#include <boost/describe/class.hpp>

#include <limits>

namespace waybill::db
{

BOOST_DESCRIBE_STRUCT(AuditEntry, (),
                      (id, at, request_id, client_request_id, principal, peer, action, object, changed_json, count))

void begin_change(Transaction& tx, const Actor& by)
{
    tx.exec("begin_change", by.principal);
}

void note_rows(Transaction& tx, const std::string& table, std::int64_t added)
{
    if (added != 0) tx.exec("note_rows", table, added);
}

void end_change(Transaction& tx, const Actor& by, const Action& action)
{
    tx.exec("end_change", by.request_id, by.client_request_id, by.principal, by.peer, action.name, action.object);
}

void record_action(Transaction& tx, const Actor& by, const Action& action, const std::string& changed_json, int count)
{
    tx.exec("record_action", by.request_id, by.client_request_id, by.principal, by.peer, action.name, action.object,
            changed_json, count);
}

asio::awaitable<AuditPage> AuditLog::list(int limit, std::optional<std::int64_t> before, std::string principal,
                                          CallerLeft caller)
{
    const std::int64_t below = before.value_or(std::numeric_limits<std::int64_t>::max());
    auto job = [limit, below, principal = std::move(principal)](Transaction& tx) {
        AuditPage page;
        page.entries = read_rows<AuditEntry>(tx.exec("list_audit", below, principal, limit + 1));
        if (page.entries.size() > static_cast<std::size_t>(limit)) {
            page.entries.pop_back();
            page.next = page.entries.back().id;
        }
        return page;
    };
    return database_.transact_for(std::move(caller), std::move(job));
}

asio::awaitable<void> AuditLog::record(Actor by, Action action)
{
    return database_.transact(
        [by = std::move(by), action = std::move(action)](Transaction& tx) { record_action(tx, by, action); });
}

asio::awaitable<void> AuditLog::record(std::vector<RefusalCount> refusals)
{
    return database_.transact([refusals = std::move(refusals)](Transaction& tx) {
        for (const RefusalCount& refusal : refusals)
            record_action(tx, refusal.by, {"refused", refusal.action}, "{}", refusal.count);
    });
}

} // namespace waybill::db
