#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/thread_pool.hpp>

#include <functional>
#include <optional>
#include <string>

namespace waybill::access
{

namespace asio = boost::asio;

// Hashes passwords on a thread of its own, one at a time: a flood of sign-ins costs one core and 64 MiB, and the event
// loop nothing.
class PasswordWorker
{
public:
    static constexpr int max_waiting = 16;

    PasswordWorker() : thread_(1) {}
    ~PasswordWorker() { thread_.join(); }

    bool is_full() const { return waiting_ >= max_waiting; }

    // Nothing: the queue is full.
    asio::awaitable<std::optional<bool>> verify(std::string hash, std::string password); // empty: of no account
    asio::awaitable<std::optional<std::string>> hash(std::string password);

private:
    asio::awaitable<bool> run(std::function<void()> work); // false: the queue is full

    asio::thread_pool thread_;
    int waiting_ = 0; // and running; of the event loop's thread
};

} // namespace waybill::access
