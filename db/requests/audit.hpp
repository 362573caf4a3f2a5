#pragma once

#include "db/postgres/database.hpp"
#include "db/types/types.hpp"

#include <boost/asio/awaitable.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

// The audit log: who changed what, in the same transaction as the change. The columns of a row that changed are
// collected by triggers (db/migrations/1030_audit.sql), so a change cannot leave one out.
namespace waybill::db
{

// On whose behalf something is changed.
struct Actor
{
    std::string principal = "waybill"; // user:EMAIL, key:NAME, local, cli:USER; waybill: its settings say so
    std::string peer;                  // address
    std::string request_id;            // Waybill's own
    std::string client_request_id;
};

struct Action
{
    std::string name;   // such as campaign.pause
    std::string object; // an id; never a whole phone number
};

// What the transaction changes from here on is noted; end_change() writes it down, unless nothing changed.
void begin_change(Transaction& tx, const Actor& by);
void note_rows(Transaction& tx, const std::string& table, std::int64_t added); // of a table too busy for a trigger
void end_change(Transaction& tx, const Actor& by, const Action& action);

// A row without a begin: for what changes no row of a table with triggers, such as a sign-in or a reading.
void record_action(Transaction& tx, const Actor& by, const Action& action, const std::string& changed_json = "{}",
                   int count = 1);

// transact() whose changes are audited: if the job throws, neither they nor the audit row remain.
template <class Job>
auto change(Database& database, Actor by, Action action, Job job)
{
    return database.transact([by = std::move(by), action = std::move(action), job = std::move(job)](Transaction& tx) {
        begin_change(tx, by);
        auto result = job(tx);
        end_change(tx, by, action);
        return result;
    });
}

struct AuditEntry
{
    std::int64_t id = 0;
    Time at;
    std::string request_id, client_request_id, principal, peer, action, object;
    std::string changed_json;
    int count = 1;
};

struct AuditPage
{
    std::vector<AuditEntry> entries; // newest first
    std::optional<std::int64_t> next;
};

// What the refusals of a minute have in common.
struct RefusalCount
{
    Actor by;
    std::string action;
    int count = 0;
};

class AuditLog
{
public:
    explicit AuditLog(Database& database) : database_(database) {}

    // Before the id; of one principal unless it is empty. Throws Abandoned when the caller leaves.
    asio::awaitable<AuditPage> list(int limit, std::optional<std::int64_t> before, std::string principal,
                                    CallerLeft caller = nullptr);

    asio::awaitable<void> record(Actor by, Action action); // committed when it returns
    asio::awaitable<void> record(std::vector<RefusalCount> refusals);

private:
    Database& database_;
};

} // namespace waybill::db
