#pragma once

#include "tests/support/postgres.hpp"

#include <boost/json/object.hpp>

#include <map>
#include <string>

// What a test of the audit log knows of a database: each row that people change, and how many rows the busy tables
// hold.
namespace waybill::test
{

struct Snapshot
{
    std::map<std::string, boost::json::object> rows; // campaigns/sms_1_ab
    std::map<std::string, std::int64_t> counts;      // messages
};

Snapshot snapshot(const TestDatabase& database);

// As the audit log describes it: {"campaigns/sms_1_ab": {"status": ["sending", "paused"]}, "messages": 2}, with every
// value.
boost::json::object difference(const Snapshot& before, const Snapshot& after);

// Whether the log describes this difference, with texts hidden and numbers masked. Otherwise what is wrong with it.
std::string fault_of(const boost::json::object& changed, const boost::json::object& difference);

} // namespace waybill::test
