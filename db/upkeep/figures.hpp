#pragma once

#include "db/postgres/database.hpp"

#include <boost/asio/awaitable.hpp>

#include <cstdint>
#include <string>
#include <vector>

namespace waybill::db
{

// What is paused, waits or fails at this moment.
struct PresentFigures
{
    std::int64_t campaigns_paused = 0, senders_paused = 0, accounts_paused = 0;
    std::int64_t endpoints_enabled = 0, endpoints_disabled = 0;
    std::int64_t deliveries_waiting = 0; // of events
    std::int64_t event_lag_micros = 0;   // the age of the oldest event that an enabled endpoint has not accepted
    std::int64_t notifications_waiting = 0;
    std::int64_t addresses_failing = 0; // of notifications: the last attempt failed
};

asio::awaitable<PresentFigures> read_present_figures(Database& database);

struct Consistency
{
    std::int64_t campaigns = 0, messages = 0, opt_outs = 0;
    std::vector<std::string> faults; // sentences without a full stop, at most 20; empty: all figures add up
};

// Reads every message and changes nothing. For a copy that was restored, or a database at night.
asio::awaitable<Consistency> check_consistency(Database& database);

} // namespace waybill::db
