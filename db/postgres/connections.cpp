#include "db/postgres/connections.hpp"

#include "db/postgres/database.hpp"
#include "db/postgres/libpqxx.hpp"
#include "db/postgres/statements.hpp"

#include <atomic>
#include <fcntl.h>
#include <thread>
#include <unistd.h>
#include <utility>

namespace waybill::db
{

namespace
{

constexpr std::size_t attempts_per_connection = 2;
constexpr int max_cancelling = 8; // further statements end at their timeouts

std::atomic<int> cancelling{0};

void cancel(pqxx::connection& session)
{
    try {
        session.cancel_query();
    }
    catch (const std::exception&) { // it ends at its timeout
    }
    --cancelling;
}

} // namespace

Connection::Connection(const std::string& text) : session_(std::make_shared<pqxx::connection>(text))
{
    for (const StatementText& statement : all_statements())
        statements_.declare(*session_, statement.name, statement.sql);
    forbid_reconnecting(*session_);
    socket_ = ::fcntl(session_->sock(), F_DUPFD_CLOEXEC, 0);
    if (socket_ < 0) throw Unavailable("no file descriptor is free for a connection to PostgreSQL");
}

Connection::~Connection()
{
    if (socket_ >= 0) ::close(socket_);
}

void Connection::cancel_statement() const
{
    if (++cancelling > max_cancelling) {
        --cancelling;
        return;
    }
    try {
        std::thread([session = session_] { cancel(*session); }).detach();
    }
    catch (const std::exception&) { // no thread
        --cancelling;
    }
}

Connections::Connections(Connect connect, std::size_t max_idle) : connect_(std::move(connect)), max_idle_(max_idle) {}

std::unique_ptr<Connection> Connections::take_idle()
{
    const std::lock_guard lock(mutex_);
    return take_last();
}

std::unique_ptr<Connection> Connections::take_last()
{
    if (idle_.empty()) return nullptr;
    auto connection = std::move(idle_.back());
    idle_.pop_back();
    return connection;
}

std::unique_ptr<Connection> Connections::open(Time deadline)
{
    do {
        const std::shared_ptr<Attempt> attempt = begin_attempt();
        std::unique_lock lock(mutex_);
        const auto has_come = [&] { return !idle_.empty() || (attempt && attempt->ended); };
        change_.wait_until(lock, deadline, has_come);
        auto connection = take_last();
        if (connection) return connection;
        if (attempt && attempt->error) std::rethrow_exception(attempt->error);
        if (attempt && !attempt->ended) {
            attempt->abandoned = true;
            ++hung_;
        }
    } while (std::chrono::steady_clock::now() < deadline); // another job has taken the connection
    throw Unavailable("connecting to PostgreSQL takes too long; check the network and the name resolution");
}

// Null when as many are under way as are useful.
std::shared_ptr<Connections::Attempt> Connections::begin_attempt()
{
    {
        const std::lock_guard lock(mutex_);
        if (connecting_ >= attempts_per_connection * max_idle_) return nullptr;
        ++connecting_;
    }
    auto attempt = std::make_shared<Attempt>();
    try {
        std::thread([self = shared_from_this(), attempt] { self->connect(*attempt); }).detach();
    }
    catch (const std::exception& error) {
        const std::lock_guard lock(mutex_);
        --connecting_;
        throw Unavailable(std::string("no thread for connecting to PostgreSQL: ") + error.what());
    }
    return attempt;
}

void Connections::connect(Attempt& attempt)
{
    std::unique_ptr<Connection> connection;
    std::exception_ptr error;
    try {
        connection = connect_();
    }
    catch (...) {
        error = std::current_exception();
    }
    {
        const std::lock_guard lock(mutex_);
        --connecting_;
        if (attempt.abandoned) --hung_;
        attempt.ended = true;
        attempt.error = std::move(error);
        if (connection) keep(std::move(connection));
    }
    change_.notify_all();
}

// The caller holds the mutex.
void Connections::keep(std::unique_ptr<Connection> connection)
{
    if (idle_.size() < max_idle_) idle_.push_back(std::move(connection));
}

void Connections::give_back(std::unique_ptr<Connection> connection)
{
    {
        const std::lock_guard lock(mutex_);
        keep(std::move(connection));
    }
    change_.notify_one();
}

void Connections::drop_idle()
{
    std::vector<std::unique_ptr<Connection>> dropped; // closed without the mutex
    const std::lock_guard lock(mutex_);
    dropped.swap(idle_);
}

std::size_t Connections::hung() const
{
    const std::lock_guard lock(mutex_);
    return hung_;
}

} // namespace waybill::db
