#pragma once

#include "db/messages/history.hpp"

#include <span>

namespace waybill::db
{

class Transaction;

constexpr int opted_out_code = 21610; // Twilio's: the recipient has said STOP, to Twilio if not to us

// Opts out the recipients of the messages that were refused with that code. After all other locks of the transaction.
void opt_out_refused(Transaction& tx, std::span<const HistoryEntry> entries);

} // namespace waybill::db
