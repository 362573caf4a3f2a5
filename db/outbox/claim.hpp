#pragma once

#include "db/outbox/outbox.hpp"

namespace waybill::db
{

class Transaction;

// Outbox::claim in a transaction. Locks in the order that migrations/0004_sending.sql names.
Claim claim_messages(Transaction& tx, const ClaimRequest& request);

} // namespace waybill::db
