#pragma once

#include "db/types/seconds_histogram.hpp"

#include <cstdint>
#include <string>
#include <vector>

// Lists that a statement returns as one text.
namespace waybill::db
{

std::vector<std::int64_t> read_ids(const std::string& list); // `id,id,…`

void append_buckets(const std::string& list, SecondsHistogram& histogram); // `bucket count bucket count …`

} // namespace waybill::db
