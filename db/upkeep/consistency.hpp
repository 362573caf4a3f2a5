#pragma once

#include "db/postgres/database.hpp"

#include <boost/asio/awaitable.hpp>

#include <cstdint>
#include <string>
#include <vector>

namespace waybill::db
{

struct Consistency
{
    std::int64_t campaigns = 0, messages = 0, opt_outs = 0;
    std::vector<std::string> faults; // sentences without a full stop, at most 20; empty: all figures add up
};

// Reads every message and changes nothing. For a copy that was restored, or a database at night.
asio::awaitable<Consistency> check_consistency(Database& database);

} // namespace waybill::db
