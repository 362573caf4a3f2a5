#include "db/database.hpp"

#include "config/log.hpp"
#include "db/connection_string.hpp"
#include "db/transaction.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/async_result.hpp>
#include <boost/asio/dispatch.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/thread_pool.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <pqxx/connection>
#include <pqxx/except>

#include <atomic>
#include <exception>
#include <mutex>
#include <vector>

namespace waybill::db
{

namespace
{

std::unique_ptr<pqxx::connection> connect(const std::string& text)
{
    auto connection = std::make_unique<pqxx::connection>(text);
    for (const Statement* statement : all_statements()) connection->prepare(statement->name, statement->sql);
    return connection;
}

// Rethrows what libpqxx threw as one of ours, so that nobody above needs to know libpqxx.
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
        // Connection, resources, operator intervention, deadlock, read-only standby: it may well work the next time.
        for (const char* passing : {"08", "25", "40", "53", "55", "57", "58"})
            if (state.starts_with(passing)) throw Unavailable(error.what());
        throw;
    }
}

} // namespace

struct Database::State
{
    explicit State(DatabaseOptions o)
        : options(std::move(o)), text(connection_string(options.url, options.statement_timeout)),
          threads(static_cast<std::size_t>(options.threads))
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

    // A connection that died while idle shows itself at BEGIN, before the job has run: a fresh one takes its place.
    std::unique_ptr<pqxx::work> begin(std::unique_ptr<pqxx::connection>& connection)
    {
        connection = take();
        if (connection) {
            try {
                return std::make_unique<pqxx::work>(*connection);
            }
            catch (const pqxx::failure&) {
                connection.reset();
            }
        }
        connection = connect(text);
        return std::make_unique<pqxx::work>(*connection);
    }

    void run(const Work& work)
    {
        try {
            std::unique_ptr<pqxx::connection> connection;
            try {
                auto transaction = begin(connection);
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
    std::atomic<std::size_t> waiting{0};
    asio::thread_pool threads; // last: joined before what the jobs use is gone
};

Database::Database(DatabaseOptions options) : state_(std::make_unique<State>(std::move(options))) {}

Database::~Database()
{
    state_->threads.join();
}

asio::awaitable<void> Database::run(Work work)
{
    return on_thread([state = state_.get(), work = std::move(work)] { state->run(work); });
}

asio::awaitable<void> Database::run_blocking(std::function<void()> job)
{
    return on_thread(std::move(job));
}

asio::awaitable<void> Database::on_thread(std::function<void()> job)
{
    if (state_->waiting >= state_->options.max_waiting) throw Unavailable("too many jobs are waiting for PostgreSQL");
    auto initiate = [state = state_.get()](auto handler, std::function<void()> task) {
        auto executor = asio::get_associated_executor(handler);
        auto guard = asio::make_work_guard(executor);
        ++state->waiting;
        asio::post(state->threads, [state, job = std::move(task), handler = std::move(handler),
                                    guard = std::move(guard)]() mutable {
            std::exception_ptr error;
            try {
                job();
            }
            catch (...) {
                error = std::current_exception();
            }
            job = nullptr; // what the job holds dies here, not on the loop
            --state->waiting;
            auto back = guard.get_executor();
            asio::post(back, [handler = std::move(handler), error]() mutable { handler(error); });
        });
    };
    co_await asio::async_initiate<const asio::use_awaitable_t<>, void(std::exception_ptr)>(
        initiate, asio::use_awaitable, std::move(job));
}

asio::awaitable<void> Database::ping()
{
    return transact([](Transaction& tx) { tx.work().exec("select 1"); });
}

std::size_t Database::waiting() const
{
    return state_->waiting;
}

} // namespace waybill::db
