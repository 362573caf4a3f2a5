#include "tests/support/table_lock.hpp"

#include "tests/support/polling.hpp"

#include <pqxx/connection>
#include <pqxx/transaction>

namespace waybill::test
{

struct TableLock::Session
{
    explicit Session(const std::string& url) : connection(url), transaction(connection) {}

    pqxx::connection connection;
    pqxx::work transaction;
};

TableLock::TableLock(const TestDatabase& database, const std::string& table)
    : database_(database), session_(std::make_unique<Session>(database.url()))
{
    session_->transaction.exec("lock table " + table + " in access exclusive mode");
}

TableLock::~TableLock() = default;

void TableLock::wait_until_waited_for(int statements) const
{
    wait_until("statements wait for the lock", [this, statements] {
        return database_.number("select count(*) from pg_stat_activity where datname = current_database() "
                                "and wait_event_type = 'Lock'") >= statements;
    });
}

} // namespace waybill::test
