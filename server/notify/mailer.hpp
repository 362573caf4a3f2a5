#pragma once

#include "server/notify/mail.hpp"

#include <boost/asio/awaitable.hpp>
#include <boost/asio/thread_pool.hpp>

#include <atomic>
#include <chrono>
#include <string>

namespace waybill::notify
{

namespace asio = boost::asio;

// Sends e-mail by SMTP on a thread of its own, one at a time. Each call returns why it failed, in words for people, or
// an empty text.
class Mailer
{
public:
    Mailer(MailOptions options, std::chrono::milliseconds deadline);
    ~Mailer(); // ends what is under way

    bool is_set() const { return !options_.url.empty(); }
    const std::string& problem() const { return problem_; } // of the settings or the last attempt; empty: none

    asio::awaitable<std::string> send(std::string to, std::string subject, std::string body);
    asio::awaitable<std::string> probe(); // connects and signs in, and sends nothing
    void stop();                          // what is under way ends within about a second

private:
    asio::awaitable<std::string> run(std::string recipient, std::string text);

    MailOptions options_;
    std::chrono::milliseconds deadline_;
    std::string problem_;
    std::atomic<bool> stopping_ = false;
    int waiting_ = 0; // and running; of the event loop's thread
    asio::thread_pool thread_;
};

} // namespace waybill::notify
