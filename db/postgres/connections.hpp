#pragma once

#include "db/postgres/libpqxx.hpp"

#include <pqxx/connection>

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <exception>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

namespace waybill::db
{

// A session with PostgreSQL that never reconnects silently. Its socket can be shut down from another thread.
class Connection
{
public:
    explicit Connection(const std::string& text); // connects; blocks
    ~Connection();
    Connection(const Connection&) = delete;
    Connection& operator=(const Connection&) = delete;

    pqxx::connection& session() { return *session_; }
    SessionStatements& statements() { return statements_; }
    bool is_open() const { return session_->is_open(); }

    // Asks the server to cancel the running statement, on a thread of its own, because asking blocks. Called while
    // another thread uses the session; it comes too late for a statement that has ended, and may hit the next one.
    void cancel_statement() const;
    int socket() const { return socket_; } // a descriptor of its own: libpq may close its one at any time

private:
    std::shared_ptr<pqxx::connection> session_; // of cancel_statement as well
    SessionStatements statements_;
    int socket_ = -1;
};

// The connections of a Database. New ones are opened on threads of their own, because connecting may hang where no
// timeout reaches it: in the resolution of a name. Thread-safe.
class Connections : public std::enable_shared_from_this<Connections>
{
public:
    using Time = std::chrono::steady_clock::time_point;
    using Connect = std::function<std::unique_ptr<Connection>()>;

    Connections(Connect connect, std::size_t max_idle);

    std::unique_ptr<Connection> take_idle(); // null: there is none

    // Opens one, or takes one that becomes idle meanwhile. Throws what connecting threw, and Unavailable at the
    // deadline; a connection that is opened later is kept for the next job.
    std::unique_ptr<Connection> open(Time deadline);

    void give_back(std::unique_ptr<Connection> connection);
    void drop_idle();         // they lead to a server that has gone, or may no longer be written to
    std::size_t hung() const; // attempts to connect that outlasted their deadlines and have not ended yet

private:
    struct Attempt
    {
        bool ended = false;
        bool abandoned = false;
        std::exception_ptr error;
    };

    std::shared_ptr<Attempt> begin_attempt();
    void connect(Attempt& attempt);
    void keep(std::unique_ptr<Connection> connection);
    std::unique_ptr<Connection> take_last();

    const Connect connect_;
    const std::size_t max_idle_;
    mutable std::mutex mutex_;
    std::condition_variable change_;
    std::vector<std::unique_ptr<Connection>> idle_;
    std::size_t connecting_ = 0;
    std::size_t hung_ = 0;
};

} // namespace waybill::db
