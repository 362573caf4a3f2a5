#include "db/postgres/migrations.hpp"

#include "config/log.hpp"
#include "db/postgres/connections.hpp"
#include "db/postgres/database.hpp"
#include "db/postgres/job_deadlines.hpp"
#include "db/postgres/report_schema.hpp"

#include <pqxx/connection>
#include <pqxx/except>
#include <pqxx/result>
#include <pqxx/transaction>

#include <chrono>
#include <set>
#include <stdexcept>
#include <utility>

namespace waybill::db
{

namespace
{

constexpr std::chrono::minutes max_migration{10};
constexpr std::chrono::seconds migration_grace{3};
constexpr int oldest_server = 150'000;
constexpr int first_version = 1000; // lower numbers are those of version 0.1

void refuse_old(const pqxx::connection& connection)
{
    if (connection.server_version() >= oldest_server) return;
    throw std::runtime_error("PostgreSQL " + std::to_string(connection.server_version() / 10'000) +
                             " is too old; upgrade it to 15 or later");
}

// One process at a time, until its transaction ends: a pooler may give the next one to another session.
void lock_schema(pqxx::work& tx)
{
    tx.exec("select pg_advisory_xact_lock(hashtext('waybill schema'))");
}

class Migrator
{
public:
    Migrator(pqxx::connection& connection, std::string settings)
        : connection_(connection), settings_(std::move(settings))
    {
    }

    int apply_missing();

private:
    void begin(pqxx::work& tx) const
    {
        if (!settings_.empty()) tx.exec(settings_);
    }
    std::set<int> applied_versions();
    void require_usable(int present, int known);
    void rename_report_schema();
    bool apply(const Migration& migration);

    pqxx::connection& connection_;
    const std::string settings_; // with a pooler: of a transaction
};

std::set<int> Migrator::applied_versions()
{
    pqxx::work tx(connection_);
    begin(tx);
    // Looked for first: a role that owns nothing may not even create what exists.
    constexpr const char* look = "select to_regclass('schema_migrations')";
    if (tx.exec(look)[0][0].is_null()) {
        lock_schema(tx);
        tx.exec("create table if not exists schema_migrations "
                "(version int primary key, name text not null, applied_at timestamptz not null default now())");
    }
    std::set<int> versions;
    for (const pqxx::row& row : tx.exec("select version from schema_migrations"))
        versions.insert(row[0].as<int>());
    tx.commit();
    return versions;
}

// A newer schema names the oldest one whose programs may use it.
void Migrator::require_usable(int present, int known)
{
    if (present > 0 && present < first_version)
        throw std::runtime_error(
            "this database was made by Waybill 0.1, which 0.2 cannot upgrade: keep it with Waybill "
            "0.1, or move .waybill/postgres away");
    if (present <= known) return;
    pqxx::work tx(connection_);
    begin(tx);
    const bool has_promise = !tx.exec("select to_regclass('schema_promise')")[0][0].is_null();
    const int oldest = has_promise ? tx.exec("select max(oldest) from schema_promise")[0][0].as<int>() : present;
    tx.commit();
    if (oldest > known)
        throw std::runtime_error("the database is at schema version " + std::to_string(present) +
                                 ", this program knows " + std::to_string(known) + ": run the newer program");
    config::log(config::LogLevel::info, "database.newer", {{"schema", present}, {"known", known}});
}

// Where the views are under another name. A schema before 1161 has them in `report`.
void Migrator::rename_report_schema()
{
    pqxx::work tx(connection_);
    begin(tx);
    lock_schema(tx);
    const bool knows_name = !tx.exec("select to_regclass('report_schema')")[0][0].is_null();
    if (!knows_name && tx.exec("select to_regclass('report.costs_by_day')")[0][0].is_null())
        return; // begun with another name
    const std::string present =
        knows_name ? tx.exec("select name from report_schema")[0][0].as<std::string>() : "report";
    if (present == report_schema()) return;
    tx.exec("alter schema " + tx.quote_name(present) + " rename to " + tx.quote_name(report_schema()));
    if (knows_name) tx.exec("update report_schema set name = " + tx.quote(report_schema()));
    tx.commit();
    config::log(config::LogLevel::warning, "database.report_schema_renamed",
                {{"from", present}, {"to", report_schema()}});
}

// False when another process has applied it meanwhile.
bool Migrator::apply(const Migration& migration)
{
    pqxx::work tx(connection_);
    begin(tx);
    lock_schema(tx);
    const std::string version = std::to_string(migration.version);
    if (!tx.exec("select from schema_migrations where version = " + version).empty()) return false;
    tx.exec(in_report_schema(migration.sql, report_schema()));
    tx.exec("insert into schema_migrations (version, name) values (" + version + ", " +
            tx.quote(std::string(migration.name)) + ")");
    tx.commit();
    config::log(config::LogLevel::info, "database.migrated", {{"migration", migration.name}});
    return true;
}

int Migrator::apply_missing()
{
    const std::set<int> applied = applied_versions();
    require_usable(applied.empty() ? 0 : *applied.rbegin(), all_migrations().back().version);
    if (!applied.empty()) rename_report_schema();
    int count = 0;
    for (const Migration& migration : all_migrations()) // one may be lower than the last that was applied
        if (!applied.contains(migration.version) && apply(migration)) ++count;
    return count;
}

} // namespace

int migrate(const std::string& url, Pooler pooler)
{
    try {
        const SessionOptions session{max_migration, false, pooler};
        JobDeadlines deadlines;
        Connection connection(connection_string(url, session));
        JobDeadline deadline(deadlines, max_migration + migration_grace, false);
        deadline.guard(connection.socket());
        refuse_old(connection.session());
        return Migrator(connection.session(), settings_of_transaction(session)).apply_missing();
    }
    catch (const pqxx::broken_connection& error) {
        throw Unavailable(error.what());
    }
    catch (const pqxx::insufficient_privilege& error) {
        throw Forbidden(error.what());
    }
    catch (const pqxx::sql_error& error) {
        if (error.sqlstate() == "25006") throw Unavailable(error.what());
        throw;
    }
}

} // namespace waybill::db
