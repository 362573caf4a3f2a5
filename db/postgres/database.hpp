#pragma once

#include "db/postgres/connection_string.hpp"

#include <boost/asio/awaitable.hpp>

#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <type_traits>
#include <utility>

namespace waybill::db
{

namespace asio = boost::asio;

class Transaction; // db/postgres/transaction.hpp: the only door to libpqxx

// PostgreSQL is away, too slow or refuses work: whether anything happened is not known; the same call may succeed
// later.
class Unavailable : public std::runtime_error
{
public:
    using std::runtime_error::runtime_error;
};

// PostgreSQL refused these very values (SQLSTATE class 22 or 23): nothing happened, and trying again will not help.
class DataError : public std::runtime_error
{
public:
    using std::runtime_error::runtime_error;
};

// The database's user lacks a right: trying again helps once an operator has granted it.
class Forbidden : public std::runtime_error
{
public:
    using std::runtime_error::runtime_error;
};

// The caller of a job has left before its result was there; a change of the job has not happened.
class Abandoned : public std::runtime_error
{
public:
    using std::runtime_error::runtime_error;
};

// Whether the caller of a job has left, so that its result is of no use; read on any thread. Null: it stays.
using CallerLeft = std::shared_ptr<const std::atomic<bool>>;

struct DatabaseOptions
{
    std::string url;                                       // libpq URL or key=value string
    int threads = 4;                                       // and connections, at most
    int niceness = 0;                                      // of the threads, above that of the process
    std::size_t max_waiting = 2'000;                       // jobs; beyond it transact() throws Unavailable immediately
    std::chrono::milliseconds statement_timeout{30'000};   // bounds every statement of a job
    std::optional<std::chrono::milliseconds> job_deadline; // of a whole job; empty: a little more for each statement
    bool by_key =
        false; // plans find each row by its key, in the order in which keys are bound, however small a table is
    Pooler pooler = Pooler::none;
    bool read_only = false; // sessions that write nothing; a standby will do
};

// DB threads and their connections. libpqxx blocks, so jobs run there, one connection to one job at a time.
class Database
{
public:
    explicit Database(DatabaseOptions options); // opens nothing yet
    ~Database();                                // waits for the jobs that have started

    // Runs job(Transaction&) on a DB thread, commits, and resumes the caller on its own executor with the result.
    // Throws what the job threw; Unavailable and DataError for what PostgreSQL did. A job that has started always
    // finishes: at its deadline its connection is shut down, and the next job tries the next host.
    template <class Job>
    auto transact(Job job) -> asio::awaitable<std::invoke_result_t<Job&, Transaction&>>
    {
        return run_job(std::move(job), Commit::at_the_end, nullptr);
    }

    // The same for as long as the caller stays: afterwards its running statement is cancelled, and it throws Abandoned.
    template <class Job>
    auto transact_for(CallerLeft caller, Job job) -> asio::awaitable<std::invoke_result_t<Job&, Transaction&>>
    {
        return run_job(std::move(job), Commit::at_the_end, std::move(caller));
    }

    // The same, but each statement commits on its own, which saves two round trips: for jobs of one statement, or of
    // statements that may stand alone. A connection that died while idle is only noticed there: Unavailable.
    template <class Job>
    auto autocommit(Job job) -> asio::awaitable<std::invoke_result_t<Job&, Transaction&>>
    {
        return run_job(std::move(job), Commit::each_statement, nullptr);
    }

    // The same for as long as the caller stays.
    template <class Job>
    auto autocommit_for(CallerLeft caller, Job job) -> asio::awaitable<std::invoke_result_t<Job&, Transaction&>>
    {
        return run_job(std::move(job), Commit::each_statement, std::move(caller));
    }

    // Runs something else that blocks on a DB thread: migrations, with a connection of their own.
    asio::awaitable<void> run_blocking(std::function<void()> job);

    // Completes when PostgreSQL answers in a session that may write; throws Unavailable when it does not within three
    // seconds, and Forbidden when the user may not write messages.
    asio::awaitable<void> ping();

    std::size_t waiting() const;       // jobs queued or running
    std::size_t hung_connects() const; // attempts to connect that no timeout reaches

private:
    using Work = std::function<void(Transaction&)>;
    enum class Commit
    {
        at_the_end,
        each_statement
    };

    template <class Job>
    auto run_job(Job job, Commit commit, CallerLeft caller) -> asio::awaitable<std::invoke_result_t<Job&, Transaction&>>
    {
        using Result = std::invoke_result_t<Job&, Transaction&>;
        if constexpr (std::is_void_v<Result>) {
            Work work = [job = std::move(job)](Transaction& tx) mutable { job(tx); };
            co_await run(std::move(work), commit, std::move(caller));
        }
        else {
            auto result = std::make_shared<std::optional<Result>>();
            Work work = [result, job = std::move(job)](Transaction& tx) mutable { result->emplace(job(tx)); };
            co_await run(std::move(work), commit, std::move(caller));
            co_return std::move(**result);
        }
    }

    asio::awaitable<void> run(Work work, Commit commit, CallerLeft caller);
    asio::awaitable<void> run_within(std::chrono::milliseconds limit, Work work);

    struct State;
    std::unique_ptr<State> state_;
};

} // namespace waybill::db
