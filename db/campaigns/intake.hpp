#pragma once

#include "db/types/types.hpp"

#include <optional>

namespace waybill::db
{

class Transaction;

// Reads an upload to its end. With a campaign id its messages and rejected rows are stored as they come; without, it is
// only counted.
IntakeSummary take_in(Transaction& tx, const NextBatch& next, std::optional<std::int64_t> campaign_id);

std::string_view name_of(RejectReason reason);

} // namespace waybill::db
