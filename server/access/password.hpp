#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/thread_pool.hpp>

#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace waybill::access
{

namespace asio = boost::asio;

constexpr std::size_t min_password_characters = 12;
constexpr std::size_t max_password_bytes = 1024;

// What is wrong with a new password, as a sentence for people.
std::optional<std::string> fault_of_password(std::string_view password);

// An address that can be an account's name, in lower case.
std::optional<std::string> normal_email(std::string_view text);

// Argon2id with 64 MiB: each call takes about a tenth of a second, so never on the event loop.
std::string hash_password(const std::string& password);
bool is_password_of(const std::string& hash, const std::string& password);

// Takes as long as a real one and fits no password: what a sign-in is compared to if the account does not exist.
const std::string& hash_of_nothing();

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
