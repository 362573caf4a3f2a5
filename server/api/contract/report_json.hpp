#pragma once

#include "db/reports/reports.hpp"

#include <boost/json/object.hpp>

#include <chrono>
#include <string>

// Reports as the HTTP contract shows them.
namespace waybill::api
{

std::string to_date(std::chrono::sys_days day); // 2026-03-31

// Every day of the period has its entry, also those without any message.
boost::json::object overview_json(const db::Overview& overview, std::chrono::sys_days from, std::chrono::sys_days to);

boost::json::object timeline_json(const db::Timeline& timeline);

boost::json::object error_codes_json(); // each with its meaning and what to do

} // namespace waybill::api
