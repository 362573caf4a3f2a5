#pragma once

#include "db/outbox/outbox.hpp"
#include "server/sending/rate_limit.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/steady_timer.hpp>

#include <chrono>
#include <cstdint>
#include <deque>

namespace waybill::sending
{

namespace asio = boost::asio;

// A claimed message on its way out.
struct Departure
{
    db::ClaimedMessage message;
    std::chrono::steady_clock::time_point slot;
    db::Permit permit = db::Permit::send;
    std::chrono::steady_clock::time_point permitted_at; // when the permit was true
};

// The claimed messages of one sender, in the order in which they leave.
struct Lane
{
    Lane(asio::any_io_executor executor, double per_second) : pace(per_second), timer(std::move(executor)) {}

    std::deque<Departure> waiting;
    RateLimit pace;
    asio::steady_timer timer; // cancelled when the process is to end
    db::SenderTurn claimed;   // as the last claim left it
    bool is_moving = false;
};

} // namespace waybill::sending
