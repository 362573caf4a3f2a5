#pragma once

#include <istream>
#include <ostream>
#include <string>
#include <vector>

namespace waybill::cli
{

// `waybill phone [NUMBER…]`: prints `INPUT -> E164` or `INPUT -> invalid`, one a line; of the lines of `in` when there
// are no arguments. Returns the exit status, 0.
int run_phone(const std::vector<std::string>& arguments, std::istream& in, std::ostream& out);

} // namespace waybill::cli
