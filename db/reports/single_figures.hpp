#pragma once

#include "config/background_task.hpp"
#include "db/postgres/database.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>

namespace waybill::db
{

// Folds what single messages have moved (single_moves in the schema) into single_figures every few seconds, so that
// reports have little to add up. The figures are right whether it runs or not.
class SingleFigures
{
public:
    SingleFigures(asio::any_io_executor executor, Database& database) : executor_(executor), database_(database) {}

    config::BackgroundTask task();

    asio::awaitable<void> fold();

private:
    asio::any_io_executor executor_;
    Database& database_;
};

} // namespace waybill::db
