#pragma once

#include "db/upkeep/erasure.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace waybill::recipients
{

// Whether a cell of the row, or a part of a cell, is this number, read as a list is read.
bool is_row_of(std::string_view data_json, std::string_view number, std::string_view default_country_code);

// Of rows that may be a person's, those that are.
std::vector<db::KeptRow> rows_of_person(std::vector<db::KeptRow> rows, const std::string& number,
                                        const std::string& default_country_code);

} // namespace waybill::recipients
