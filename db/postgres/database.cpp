#include "db/postgres/database.hpp"

#include "db/postgres/threads.hpp"
#include "db/postgres/transaction.hpp"

#include <libpq-fe.h>
#include <pqxx/connection>
#include <pqxx/except>
#include <pqxx/nontransaction>
#include <pqxx/transaction>

#include <map>
#include <mutex>
#include <vector>

namespace waybill::db
{

namespace
{

using ConnectionOptions = std::map<std::string, std::string>;

ConnectionOptions parse(const std::string& url)
{
    char* error = nullptr;
    std::unique_ptr<PQconninfoOption, decltype(&PQconninfoFree)> parsed(PQconninfoParse(url.c_str(), &error),
                                                                        &PQconninfoFree);
    if (!parsed) {
        const std::string reason = error ? error : "out of memory";
        PQfreemem(error);
        throw std::invalid_argument("DATABASE_URL: " + reason);
    }
    ConnectionOptions options;
    for (const PQconninfoOption* option = parsed.get(); option->keyword; ++option)
        if (option->val) options[option->keyword] = option->val;
    return options;
}

std::string quoted(const std::string& value)
{
    std::string text = "'";
    for (const char c : value) {
        if (c == '\'' || c == '\\') text += '\\';
        text += c;
    }
    return text + "'";
}

std::unique_ptr<pqxx::connection> connect(const std::string& text)
{
    auto connection = std::make_unique<pqxx::connection>(text);
    for (const StatementText& statement : all_statements())
        connection->prepare(statement.name, statement.sql);
    return connection;
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
    catch (const pqxx::sql_error& error) {
        const std::string state = error.sqlstate();
        if (state.starts_with("22") || state.starts_with("23")) throw DataError(error.what());
        // Connection, resources, operator intervention, deadlock, read-only standby: it may work the next time.
        for (const char* passing : {"08", "25", "40", "53", "55", "57", "58"})
            if (state.starts_with(passing)) throw Unavailable(error.what());
        throw;
    }
    catch (const pqxx::failure& error) { // a COPY whose connection breaks
        throw Unavailable(error.what());
    }
}

} // namespace

std::string connection_string(const std::string& url, std::chrono::milliseconds statement_timeout, bool by_key)
{
    ConnectionOptions options = parse(url);
    options.try_emplace("connect_timeout", "5");
    options.try_emplace("application_name", "waybill");
    options.try_emplace("client_encoding", "UTF8");
    options.try_emplace("tcp_user_timeout", std::to_string(statement_timeout.count()));
    options.try_emplace("keepalives_idle", "10"); // notices a server that vanished while it owed an answer
    options.try_emplace("keepalives_interval", "5");

    // A generic plan: batches bind arrays, and below about ten rows PostgreSQL would plan each one anew. No JIT:
    // generic plans look costlier than they are, and compiling one takes longer than a thousand executions.
    std::string& session = options["options"];
    session += " -c plan_cache_mode=force_generic_plan -c jit=off -c timezone=UTC -c datestyle=ISO -c "
               "client_min_messages=warning"
               " -c idle_in_transaction_session_timeout=60s -c statement_timeout=" +
               std::to_string(statement_timeout.count());
    if (by_key) session += " -c enable_hashjoin=off -c enable_mergejoin=off -c enable_seqscan=off";

    std::string text;
    for (const auto& [name, value] : options)
        text += name + "=" + quoted(value) + " ";
    return text;
}

std::string describe_connection(const std::string& url)
{
    ConnectionOptions options = parse(url);
    const std::string host = options["host"].empty() ? "local socket" : options["host"];
    const std::string port = options["port"].empty() ? "" : ":" + options["port"];
    const std::string name = options["dbname"].empty() ? "default database" : options["dbname"];
    return name + " at " + host + port;
}

struct Database::State
{
    explicit State(DatabaseOptions o)
        : options(std::move(o)),
          text(connection_string(options.url, options.statement_timeout, options.by_key)),
          threads(options.threads)
    {
    }

    std::unique_ptr<pqxx::connection> take()
    {
        const std::lock_guard lock(mutex);
        if (idle.empty()) return nullptr;
        auto connection = std::move(idle.back());
        idle.pop_back();
        return connection;
    }

    void give_back(std::unique_ptr<pqxx::connection> connection)
    {
        const std::lock_guard lock(mutex);
        idle.push_back(std::move(connection));
    }

    // BEGIN finds out whether a connection died while idle, before the job has run: a fresh one replaces it.
    std::unique_ptr<pqxx::transaction_base> begin(std::unique_ptr<pqxx::connection>& connection, Commit commit)
    {
        connection = take();
        if (connection) {
            try {
                return begin_on(*connection, commit);
            }
            catch (const pqxx::failure&) {
                connection.reset();
            }
        }
        connection = connect(text);
        return begin_on(*connection, commit);
    }

    static std::unique_ptr<pqxx::transaction_base> begin_on(pqxx::connection& connection, Commit commit)
    {
        if (commit == Commit::each_statement) return std::make_unique<pqxx::nontransaction>(connection);
        return std::make_unique<pqxx::work>(connection);
    }

    void run(const Work& work, Commit commit)
    {
        try {
            std::unique_ptr<pqxx::connection> connection;
            try {
                auto transaction = begin(connection, commit);
                Transaction tx(*transaction);
                work(tx);
                transaction->commit();
            }
            catch (const pqxx::broken_connection&) {
                throw;
            }
            catch (const pqxx::in_doubt_error&) {
                throw;
            }
            catch (const pqxx::invalid_sql_statement_name&) { // lacks the prepared statements: a new one has them
                throw;
            }
            catch (...) {
                if (connection && connection->is_open()) give_back(std::move(connection));
                throw;
            }
            give_back(std::move(connection));
        }
        catch (const pqxx::failure&) {
            rethrow_translated();
        }
    }

    DatabaseOptions options;
    std::string text;
    std::mutex mutex;
    std::vector<std::unique_ptr<pqxx::connection>> idle;
    Threads threads; // last: joined before what the jobs use is gone
};

Database::Database(DatabaseOptions options) : state_(std::make_unique<State>(std::move(options))) {}

Database::~Database() = default;

asio::awaitable<void> Database::run(Work work, Commit commit)
{
    return run_blocking([state = state_.get(), work = std::move(work), commit] { state->run(work, commit); });
}

asio::awaitable<void> Database::run_blocking(std::function<void()> job)
{
    if (waiting() >= state_->options.max_waiting) throw Unavailable("too many jobs are waiting for PostgreSQL");
    return state_->threads.run(std::move(job));
}

asio::awaitable<void> Database::ping()
{
    return transact([](Transaction& tx) { tx.work().exec("select 1"); });
}

std::size_t Database::waiting() const
{
    return state_->threads.waiting();
}

} // namespace waybill::db
