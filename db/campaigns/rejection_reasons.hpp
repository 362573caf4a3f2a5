#pragma once

#include "db/types/types.hpp"

#include <string_view>
#include <vector>

namespace waybill::db
{

std::string_view name_of(RejectReason reason);

// Counts the row with those of the same reason. A list has few reasons: the numbers in a message do not make another.
void count_reason(const RejectedRow& row, std::vector<ReasonCount>& reasons);

// The most frequent first; of two that are as frequent, the one that comes first in the list.
void sort_reasons(std::vector<ReasonCount>& reasons);

} // namespace waybill::db
