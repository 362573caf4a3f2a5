#pragma once

#include "tests/fault/receipt_load.hpp"

#include <string>
#include <vector>

// What must be true of the database when everything runs again. Each returns what is wrong; empty when nothing is.
namespace waybill::test
{

// Every acknowledged receipt is kept once, and nothing that was never posted.
std::string receipt_faults(const TestDatabase& database, const std::vector<PostedReceipt>& posted);

// Every message has the highest state that its kept receipts report, or any of them of equal rank; a second final one
// is flagged.
std::string state_faults(const TestDatabase& database);

} // namespace waybill::test
