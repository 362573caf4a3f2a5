#pragma once

#include "db/journal/recent_store.hpp"
#include "db/postgres/database.hpp"
#include "db/requests/audit.hpp"

#include <boost/asio/awaitable.hpp>

#include <string>
#include <vector>

// What Waybills have noticed that the database lost (db/journal/tickets.hpp), and the decision of an operator.
namespace waybill::db
{

// The losses about which no operator has decided, in words. While there is one, nothing is sent.
asio::awaitable<std::vector<std::string>> open_losses(Database& database);

// Every Waybill then takes what the database holds for the truth. Returns how many losses were open.
asio::awaitable<int> accept_losses(Database& database, Actor by);

// Of messages whose requests may have left, those that the database takes for unsent become unknown, so that they are
// not sent again. Returns those that are unknown and not yet looked up, whenever they became so: Twilio is asked about
// them as soon as the reconciler has time. Idempotent until it has answered.
asio::awaitable<std::vector<MessageId>> give_up_claims(Database& database, std::vector<RecentClaim> claims);

// How many of these messages are unknown and not yet looked up at Twilio.
asio::awaitable<std::int64_t> count_not_looked_up(Database& database, std::vector<MessageId> messages);

// Records that the process no longer misses anything, and decides the losses once every process that ran has said so.
// `gone`: other processes that have no ticket any more. Returns whether it was decided.
asio::awaitable<bool> answer_losses(Database& database, std::string process, std::vector<std::string> gone);

} // namespace waybill::db
