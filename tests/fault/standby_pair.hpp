#pragma once

#include "tests/support/directory.hpp"
#include "tests/support/postgres.hpp"

#include <filesystem>
#include <string>
#include <sys/types.h>
#include <vector>

namespace waybill::test
{

// A primary and a second server beside it: copies of the throw-away PostgreSQL of tests/run as it is now, each with a
// socket of its own. Needs WAYBILL_TEST_PG_CTL.
class StandbyPair
{
public:
    enum class Second
    {
        synchronous,  // a standby, by streaming replication
        asynchronous, // the same; the primary does not wait for it
        backup        // none until one is made of a base backup
    };

    explicit StandbyPair(const TestDatabase& original, Second second = Second::synchronous);
    ~StandbyPair(); // ends both
    StandbyPair(const StandbyPair&) = delete;
    StandbyPair& operator=(const StandbyPair&) = delete;

    std::string url() const; // lists both hosts, the primary first
    const TestDatabase& primary() const { return primary_; }
    const TestDatabase& standby() const { return standby_; }

    void kill_primary();   // -9, every process of it
    void freeze_primary(); // no process of it runs any more, every connection stays open
    void promote();        // returns when the standby may be written to

    void stop_receiving(); // what the primary commits from now on does not reach the standby
    void stop_standby();
    void start_standby();
    void back_up();
    void restore(); // starts a server on the backup, in the place of the standby

private:
    void make(const std::filesystem::path& data, const std::string& from, const std::string& options);
    void copy_primary(const std::string& options);
    void start(const std::filesystem::path& data, int port, const std::string& settings);
    void end(const std::filesystem::path& data);
    void signal_primary(int signal);
    std::filesystem::path place(const std::string& name) const { return directory_.path() / name; }

    std::string bin_; // the words before a program of PostgreSQL: its directory, as the user that owns the data
    std::string database_, user_;
    TestDirectory directory_;
    TestDatabase primary_, standby_;
    std::vector<pid_t> frozen_;
};

} // namespace waybill::test
