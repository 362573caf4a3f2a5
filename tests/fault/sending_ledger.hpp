#pragma once

#include "tests/support/postgres.hpp"

#include <boost/json/object.hpp>

#include <string>
#include <vector>

// What must be true of the database and of Twilio's own ledger when everything has been sent. Each returns what is
// wrong; empty when nothing is.
namespace waybill::test
{

using Ledger = std::vector<boost::json::object>;

// No one is texted twice, and each message that Twilio has is known here as what it is; what is settled by a receipt is
// not unknown; what Twilio does not have never counts as accepted.
std::string ledger_faults(const TestDatabase& database, const Ledger& ledger);

// No campaign has cost more than its budget.
std::string budget_faults(const TestDatabase& database, const Ledger& ledger);

// Who has opted out before a campaign began was not texted.
std::string opt_out_faults(const TestDatabase& database, const Ledger& ledger);

} // namespace waybill::test
