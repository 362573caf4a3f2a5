#pragma once

#include "db/postgres/database.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/steady_timer.hpp>

namespace waybill::db
{

// Folds what single messages have moved (single_moves in the schema) into single_figures every few seconds, so that
// reports have little to add up. The figures are right whether it runs or not.
class SingleFigures
{
public:
    SingleFigures(asio::any_io_executor executor, Database& database) : database_(database), timer_(executor) {}

    asio::awaitable<void> run(); // until stop()
    void stop();

    asio::awaitable<void> fold();

private:
    asio::awaitable<void> try_to_fold();

    Database& database_;
    asio::steady_timer timer_;
    bool stopping_ = false;
};

} // namespace waybill::db
