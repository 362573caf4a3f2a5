#include "tests/fault/standby_pair.hpp"

#include "tests/support/child_process.hpp"
#include "tests/support/polling.hpp"

#include <csignal>
#include <cstdlib>
#include <exception>
#include <stdexcept>

namespace waybill::test
{

namespace
{

constexpr int primary_port = 5432, standby_port = 5433; // of their sockets, which are in one directory

void run_shell(const std::string& command)
{
    ChildProcess process({"/bin/sh", "-c", command}, {}, "/");
    if (process.wait(std::chrono::seconds(70)) != 0) throw std::runtime_error("failed: " + command);
}

// `runuser -u postgres -- /usr/lib/postgresql/15/bin/pg_ctl --pgdata=...`: the words up to pg_ctl, and without it.
std::string words_before_pg_ctl()
{
    const std::string command = std::getenv("WAYBILL_TEST_PG_CTL");
    return command.substr(0, command.find("/pg_ctl ") + 1);
}

std::string socket_of_server(const TestDatabase& database)
{
    const std::string directories = database.value("show unix_socket_directories");
    return directories.substr(0, directories.find(','));
}

TestDatabase::Existing at(const std::filesystem::path& socket, int port, const std::string& user,
                          const std::string& database)
{
    return {"host=" + socket.string() + " port=" + std::to_string(port) + " user=" + user + " dbname=" + database};
}

} // namespace

StandbyPair::StandbyPair(const TestDatabase& original, Second second)
    : bin_(words_before_pg_ctl()),
      database_(original.value("select current_database()")),
      user_(original.value("select current_user")),
      primary_(at(directory_.path(), primary_port, user_, database_)),
      standby_(at(directory_.path(), standby_port, user_, database_))
{
    std::filesystem::permissions(directory_.path(), std::filesystem::perms::all);
    make(place("primary"), "host=" + socket_of_server(original) + " port=" + original.value("show port"), "");
    const bool is_synchronous = second == Second::synchronous;
    start(place("primary"), primary_port, is_synchronous ? "-c synchronous_standby_names=*" : "");
    if (second == Second::backup) return;
    copy_primary("--write-recovery-conf");
    start(place("standby"), standby_port, "");
    const std::string sync_state = is_synchronous ? "sync" : "async";
    wait_until("the standby follows", [&] {
        return primary_.number("select count(*) from pg_stat_replication where state = 'streaming' and sync_state = '" +
                               sync_state + "'") == 1;
    });
}

void StandbyPair::copy_primary(const std::string& options)
{
    const std::string from_primary = "host=" + directory_.path().string() + " port=" + std::to_string(primary_port);
    make(place("standby"), from_primary, options);
}

void StandbyPair::stop_receiving()
{
    standby_.exec("alter system set primary_conninfo = ''");
    standby_.exec("select pg_reload_conf()");
    wait_until("the standby receives nothing more",
               [this] { return standby_.number("select count(*) from pg_stat_wal_receiver") == 0; });
}

void StandbyPair::stop_standby()
{
    end(place("standby"));
}

void StandbyPair::start_standby()
{
    start(place("standby"), standby_port, "");
}

void StandbyPair::back_up()
{
    copy_primary("");
}

void StandbyPair::restore()
{
    start(place("standby"), standby_port, "");
}

StandbyPair::~StandbyPair()
{
    for (const pid_t pid : frozen_)
        ::kill(pid, SIGCONT);
    try {
        end(place("standby"));
        end(place("primary"));
        run_shell("rm -rf " + (directory_.path() / "*").string());
    }
    catch (const std::exception&) { // it was killed
    }
}

std::string StandbyPair::url() const
{
    const std::string socket = directory_.path().string();
    return "host=" + socket + "," + socket + " port=" + std::to_string(primary_port) + "," +
           std::to_string(standby_port) + " user=" + user_ + " dbname=" + database_;
}

void StandbyPair::make(const std::filesystem::path& data, const std::string& from, const std::string& options)
{
    run_shell(bin_ + "pg_basebackup --pgdata=" + data.string() + " --checkpoint=fast --no-sync --wal-method=stream " +
              options + " --dbname='" + from + " user=" + user_ + "'");
}

void StandbyPair::start(const std::filesystem::path& data, int port, const std::string& settings)
{
    run_shell(bin_ + "pg_ctl start --wait --silent --timeout=60 --pgdata=" + data.string() +
              " --log=" + (data / "server.log").string() + " --options='-p " + std::to_string(port) +
              " -c listen_addresses= -c unix_socket_directories=" + directory_.path().string() + " " + settings + "'");
}

void StandbyPair::end(const std::filesystem::path& data)
{
    run_shell("! test -f " + (data / "postmaster.pid").string() + " || " + bin_ +
              "pg_ctl stop --silent --mode=immediate --pgdata=" + data.string());
}

// The postmaster first, so that it starts no process while the others are dealt with.
void StandbyPair::signal_primary(int signal)
{
    std::vector<pid_t> processes{
        static_cast<pid_t>(primary_.number("select split_part(pg_read_file('postmaster.pid'), E'\\n', 1)"))};
    for (const std::string& pid : primary_.column("select pid from pg_stat_activity where pid <> pg_backend_pid()"))
        processes.push_back(static_cast<pid_t>(std::stol(pid)));
    for (const pid_t pid : processes)
        ::kill(pid, signal);
    if (signal == SIGSTOP) frozen_ = processes;
}

void StandbyPair::kill_primary()
{
    signal_primary(SIGKILL);
}

void StandbyPair::freeze_primary()
{
    signal_primary(SIGSTOP);
}

void StandbyPair::promote()
{
    run_shell(bin_ + "pg_ctl promote --wait --silent --timeout=60 --pgdata=" + place("standby").string());
}

} // namespace waybill::test
