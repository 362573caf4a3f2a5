#pragma once

#include "tests/support/postgres.hpp"

#include <string>
#include <sys/types.h>
#include <vector>

namespace waybill::test
{

// The throw-away PostgreSQL of tests/run, for tests that stop, crash and freeze it; runs again at the end of each.
// WAYBILL_TEST_PG_CTL is the pg_ctl command that rules it.
class PostgresServer
{
public:
    static bool may_be_stopped(); // WAYBILL_TEST_PG_CTL is set

    PostgresServer() = default;
    ~PostgresServer(); // thaws and starts it when it is needed
    PostgresServer(const PostgresServer&) = delete;
    PostgresServer& operator=(const PostgresServer&) = delete;

    void stop();  // rolls back what is under way and shuts down
    void crash(); // aborts every process; the next start recovers
    void start();
    void freeze(const TestDatabase& database); // no process of it runs any more, every connection stays open
    void thaw();

    static void cut_connections(const TestDatabase& database);

private:
    static void pg_ctl(const std::string& words);

    bool runs_ = true;
    std::vector<pid_t> frozen_;
};

} // namespace waybill::test
