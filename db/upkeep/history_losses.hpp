#pragma once

#include "db/postgres/database.hpp"
#include "db/requests/audit.hpp"

#include <boost/asio/awaitable.hpp>

#include <string>
#include <vector>

// What Waybills have noticed that the database lost (db/journal/tickets.hpp), and the decision of an operator.
namespace waybill::db
{

// In words, those about which no operator has decided. While there is one, nothing is sent.
asio::awaitable<std::vector<std::string>> open_losses(Database& database);

// Every Waybill then takes what the database holds for the truth. Returns how many losses were open.
asio::awaitable<int> accept_losses(Database& database, Actor by);

} // namespace waybill::db
