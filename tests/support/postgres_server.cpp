#include "tests/support/postgres_server.hpp"

#include "tests/support/child_process.hpp"

#include <csignal>
#include <cstdlib>
#include <exception>
#include <stdexcept>

namespace waybill::test
{

bool PostgresServer::may_be_stopped()
{
    return std::getenv("WAYBILL_TEST_PG_CTL") != nullptr;
}

PostgresServer::~PostgresServer()
{
    thaw();
    try {
        if (!runs_) start();
    }
    catch (const std::exception&) { // the next test says so
    }
}

void PostgresServer::stop()
{
    pg_ctl("stop --mode=fast");
    runs_ = false;
}

void PostgresServer::crash()
{
    pg_ctl("stop --mode=immediate");
    runs_ = false;
}

void PostgresServer::start()
{
    pg_ctl("start");
    runs_ = true;
}

// The postmaster first, so that no new backend starts while the others are being stopped.
void PostgresServer::freeze(const TestDatabase& database)
{
    const auto postmaster =
        static_cast<pid_t>(database.number("select split_part(pg_read_file('postmaster.pid'), E'\\n', 1)"));
    const std::vector<std::string> others =
        database.column("select pid from pg_stat_activity where pid <> pg_backend_pid()");
    frozen_.push_back(postmaster);
    for (const std::string& pid : others)
        frozen_.push_back(static_cast<pid_t>(std::stol(pid)));
    for (const pid_t pid : frozen_)
        ::kill(pid, SIGSTOP);
}

void PostgresServer::thaw()
{
    for (const pid_t pid : frozen_)
        ::kill(pid, SIGCONT);
    frozen_.clear();
}

void PostgresServer::cut_connections(const TestDatabase& database)
{
    database.exec("select pg_terminate_backend(pid) from pg_stat_activity "
                  "where datname = current_database() and pid <> pg_backend_pid()");
}

void PostgresServer::pg_ctl(const std::string& words)
{
    const std::string command = "exec $WAYBILL_TEST_PG_CTL --wait --silent --timeout=60 " + words;
    ChildProcess process({"/bin/sh", "-c", command}, {}, "/");
    if (process.wait(std::chrono::seconds(70)) != 0) throw std::runtime_error("pg_ctl " + words + " failed");
}

} // namespace waybill::test
