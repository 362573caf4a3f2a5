#pragma once

#include "db/types/types.hpp"
#include "tests/support/postgres.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

// Campaigns whose receipts are due, and receipts as Twilio posts them.
namespace waybill::test
{

// Campaigns of so many messages each, all of them accepted by Twilio; the messages' ids.
std::vector<db::MessageId> accepted_messages(const TestDatabase& database, int campaigns, int messages_each);

struct Receipt
{
    db::MessageId message = 0;
    std::string_view word;    // Twilio's status
    std::uint64_t number = 0; // goes into RawDlrDoneDate: receipts with different numbers are different ones
};

// Signed with the token of the simulated Twilio's account, for a Waybill whose public URL is this origin.
std::string signed_request(const std::string& origin, const Receipt& receipt);

} // namespace waybill::test
