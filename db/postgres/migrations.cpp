#include "db/postgres/migrations.hpp"

#include "config/log.hpp"
#include "db/postgres/connections.hpp"
#include "db/postgres/database.hpp"
#include "db/postgres/job_deadlines.hpp"

#include <pqxx/connection>
#include <pqxx/except>
#include <pqxx/nontransaction>
#include <pqxx/result>
#include <pqxx/transaction>

#include <chrono>
#include <stdexcept>

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

int applied_version(pqxx::connection& connection)
{
    pqxx::work tx(connection);
    // Looked for first: a role that owns nothing may not even create what exists.
    if (tx.exec("select to_regclass('schema_migrations')")[0][0].is_null())
        tx.exec("create table schema_migrations "
                "(version int primary key, name text not null, applied_at timestamptz not null default now())");
    const int version = tx.exec("select coalesce(max(version), 0) from schema_migrations")[0][0].as<int>();
    tx.commit();
    return version;
}

void apply(pqxx::connection& connection, const Migration& migration)
{
    pqxx::work tx(connection);
    tx.exec(std::string(migration.sql));
    tx.exec("insert into schema_migrations (version, name) values (" + std::to_string(migration.version) + ", " +
            tx.quote(std::string(migration.name)) + ")");
    tx.commit();
    config::log(config::LogLevel::info, "database.migrated", {{"migration", migration.name}});
}

int apply_missing(pqxx::connection& connection)
{
    const int present = applied_version(connection);
    if (present > 0 && present < first_version)
        throw std::runtime_error(
            "this database was made by Waybill 0.1, which 0.2 cannot upgrade: keep it with Waybill "
            "0.1, or move .waybill/postgres away");
    const int known = all_migrations().back().version;
    if (present > known)
        throw std::runtime_error("the database is at schema version " + std::to_string(present) +
                                 ", this program knows " + std::to_string(known) + ": run the newer program");
    int count = 0;
    for (const Migration& migration : all_migrations())
        if (migration.version > present) {
            apply(connection, migration);
            ++count;
        }
    return count;
}

} // namespace

int migrate(const std::string& url)
{
    constexpr const char* lock = "hashtext('waybill schema')";
    try {
        JobDeadlines deadlines;
        Connection connection(connection_string(url, max_migration));
        JobDeadline deadline(deadlines, max_migration + migration_grace, false);
        deadline.guard(connection.socket());
        refuse_old(connection.session());
        pqxx::nontransaction session(connection.session(), "lock");
        session.exec(std::string("select pg_advisory_lock(") + lock + ")");
        session.commit();
        return apply_missing(connection.session()); // the lock goes with the connection
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
