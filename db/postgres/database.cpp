#include "db/postgres/database.hpp"

#include "db/postgres/connections.hpp"
#include "db/postgres/job_deadlines.hpp"
#include "db/postgres/threads.hpp"
#include "db/postgres/transaction.hpp"

#include <pqxx/except>
#include <pqxx/nontransaction>
#include <pqxx/transaction>

#include <string>

namespace waybill::db
{

namespace
{

// Of a session that was connected before its server stopped to accept writes.
class ReadOnly : public pqxx::sql_error
{
public:
    ReadOnly() : pqxx::sql_error("the session is read-only", "", "25006") {}
};

// Tables that do not exist yet are no fault.
constexpr const char* look_at_session = R"sql(
select current_setting('transaction_read_only') = 'on',
       coalesce(has_table_privilege(to_regclass('messages'), 'insert'), true)
       and coalesce(has_table_privilege(to_regclass('messages'), 'update'), true)
       and coalesce(has_table_privilege(to_regclass('outbox'), 'delete'), true))sql";

constexpr std::chrono::seconds ping_limit{3};
constexpr std::chrono::seconds grace{3}; // for the server to cancel a statement that takes too long, and to say so

// A cancelled statement (57014) leaves its session as it was.
bool is_going_away(const std::string& sqlstate)
{
    return sqlstate.starts_with("57P") || sqlstate.starts_with("08");
}

// The session may no longer write, or the server is going away: a replica after a switchover, a shutdown.
bool leads_nowhere(const pqxx::failure& failure)
{
    if (dynamic_cast<const pqxx::broken_connection*>(&failure)) return true;
    const auto* error = dynamic_cast<const pqxx::sql_error*>(&failure);
    return error && (error->sqlstate() == "25006" || is_going_away(error->sqlstate()));
}

// A session that lacks the prepared statements is replaced by one that has them.
bool is_useless_after(const pqxx::failure& failure)
{
    return leads_nowhere(failure) || dynamic_cast<const pqxx::in_doubt_error*>(&failure) ||
           dynamic_cast<const pqxx::invalid_sql_statement_name*>(&failure);
}

// Rethrows what libpqxx threw as one of ours, so that the rooms above need not know libpqxx.
[[noreturn]] void rethrow_translated()
{
    try {
        throw;
    }
    catch (const pqxx::broken_connection& error) {
        throw Unavailable(error.what());
    }
    catch (const pqxx::in_doubt_error& error) {
        throw Unavailable(error.what());
    }
    catch (const pqxx::insufficient_privilege& error) { // libpqxx 6 leaves out its SQLSTATE
        throw Forbidden(error.what());
    }
    catch (const pqxx::sql_error& error) {
        const std::string& state = error.sqlstate();
        if (state.starts_with("22") || state.starts_with("23")) throw DataError(error.what());
        // Connection, resources, locks, operator intervention, deadlock, read-only standby: it may work the next time.
        for (const char* passing : {"08", "25", "40", "53", "55006", "55P", "57", "58"})
            if (state.starts_with(passing)) throw Unavailable(error.what());
        throw;
    }
    catch (const pqxx::failure& error) { // a COPY whose connection breaks
        throw Unavailable(error.what());
    }
}

SessionOptions session_of(const DatabaseOptions& options)
{
    return {options.statement_timeout, options.by_key, options.pooler, options.read_only};
}

} // namespace

struct Database::State
{
    explicit State(DatabaseOptions o)
        : options(std::move(o)),
          begin_text(options.pooler == Pooler::none ? "" : "begin; " + settings_of_transaction(session_of(options))),
          connections(std::make_shared<Connections>(
              [text = connection_string(options.url, session_of(options))] {
                  return std::make_unique<Connection>(text);
              },
              static_cast<std::size_t>(options.threads))),
          threads(options.threads, options.niceness)
    {
    }

    // BEGIN, or a look instead of it, finds out whether a connection died while idle, before the job has run: a fresh
    // one replaces it.
    std::unique_ptr<pqxx::transaction_base> begin(std::unique_ptr<Connection>& connection, Commit commit,
                                                  JobDeadline& deadline)
    {
        connection = connections->take_idle();
        if (connection) {
            try {
                return begin_on(*connection, commit, deadline);
            }
            catch (const pqxx::failure&) {
                deadline.guard(-1);
                connection.reset();
                connections->drop_idle();
            }
            if (deadline.has_passed()) throw late(deadline);
        }
        connection = connections->open(deadline.time());
        return begin_on(*connection, commit, deadline);
    }

    std::unique_ptr<pqxx::transaction_base> begin_on(Connection& connection, Commit commit, JobDeadline& deadline) const
    {
        deadline.guard(connection.socket());
        deadline.cancel_with([&connection] { connection.cancel_statement(); });
        if (!begin_text.empty()) {
            auto session = std::make_unique<pqxx::nontransaction>(connection.session());
            session->exec(begin_text);
            return session;
        }
        if (commit == Commit::each_statement) {
            check_idle(connection.session());
            return std::make_unique<pqxx::nontransaction>(connection.session());
        }
        return std::make_unique<pqxx::work>(connection.session());
    }

    static Unavailable late(const JobDeadline& deadline)
    {
        return Unavailable("PostgreSQL did not answer within " + std::to_string(deadline.limit().count()) +
                           " ms; the connection was dropped");
    }

    void run(const Work& work, Commit commit, const CallerLeft& caller)
    {
        if (caller && *caller) throw abandoned();
        const bool is_fixed = options.job_deadline.has_value();
        JobDeadline deadline(deadlines, is_fixed ? *options.job_deadline : options.statement_timeout + grace, !is_fixed,
                             caller);
        run(work, commit, deadline);
    }

    static Abandoned abandoned() { return Abandoned("the caller has left"); }

    void run(const Work& work, Commit commit, JobDeadline& deadline)
    {
        std::unique_ptr<Connection> connection;
        try {
            run_on(connection, work, commit, deadline);
        }
        catch (...) {
            put_away(std::move(connection), deadline);
            if (deadline.was_cancelled()) throw abandoned();
            if (deadline.has_passed()) throw late(deadline);
            try {
                throw;
            }
            catch (const pqxx::failure&) {
                rethrow_translated();
            }
        }
        put_away(std::move(connection), deadline);
    }

    void run_on(std::unique_ptr<Connection>& connection, const Work& work, Commit commit, JobDeadline& deadline)
    {
        try {
            auto transaction = begin(connection, commit, deadline);
            Transaction tx(*transaction, deadline, connection->statements());
            if (begin_text.empty())
                work(tx);
            else
                work_then_end(*transaction, tx, work);
            transaction->commit();
        }
        catch (const pqxx::failure& error) {
            if (!is_useless_after(error)) throw;
            deadline.guard(-1);
            connection.reset();
            if (leads_nowhere(error)) connections->drop_idle();
            throw;
        }
    }

    // What begin_text began.
    static void work_then_end(pqxx::transaction_base& transaction, Transaction& tx, const Work& work)
    {
        try {
            work(tx);
            transaction.exec("commit");
        }
        catch (...) {
            try {
                transaction.exec("rollback");
            }
            catch (const pqxx::failure&) { // the connection is broken: what is thrown says so
            }
            throw;
        }
    }

    // Another job may use it, unless it was shut down. A statement of the other job might be cancelled instead of one
    // of this.
    void put_away(std::unique_ptr<Connection> connection, JobDeadline& deadline)
    {
        deadline.guard(-1);
        if (deadline.has_passed()) {
            connection.reset();
            connections->drop_idle();
        }
        if (deadline.was_cancelled()) connection.reset();
        if (connection && connection->is_open()) connections->give_back(std::move(connection));
    }

    DatabaseOptions options;
    const std::string begin_text; // with a pooler
    JobDeadlines deadlines;
    std::shared_ptr<Connections> connections;
    Threads threads; // last: joined before what the jobs use is gone
};

Database::Database(DatabaseOptions options) : state_(std::make_unique<State>(std::move(options))) {}

Database::~Database() = default;

asio::awaitable<void> Database::run(Work work, Commit commit, CallerLeft caller)
{
    return run_blocking([state = state_.get(), work = std::move(work), commit, caller = std::move(caller)] {
        state->run(work, commit, caller);
    });
}

asio::awaitable<void> Database::run_blocking(std::function<void()> job)
{
    if (waiting() >= state_->options.max_waiting) throw Unavailable("too many jobs are waiting for PostgreSQL");
    return state_->threads.run(std::move(job));
}

asio::awaitable<void> Database::run_within(std::chrono::milliseconds limit, Work work)
{
    return run_blocking([state = state_.get(), limit, work = std::move(work)] {
        JobDeadline deadline(state->deadlines, limit, false);
        state->run(work, Commit::at_the_end, deadline);
    });
}

asio::awaitable<void> Database::ping()
{
    return run_within(ping_limit, [](Transaction& tx) {
        const pqxx::result session = tx.work().exec(look_at_session);
        if (session[0][0].as<bool>()) throw ReadOnly();
        if (!session[0][1].as<bool>()) throw Forbidden("permission denied for the tables of messages");
    });
}

std::size_t Database::waiting() const
{
    return state_->threads.waiting();
}

std::size_t Database::hung_connects() const
{
    return state_->connections->hung();
}

} // namespace waybill::db
