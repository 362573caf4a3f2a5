#pragma once

#include <istream>
#include <ostream>
#include <string>
#include <vector>

namespace waybill::cli
{

// `waybill segments [TEXT]`: prints `ENCODING UNITS SEGMENTS` of the text, or of all of `in` when there is no argument.
// Returns the exit status: 0, or 2 for more than one argument.
int run_segments(const std::vector<std::string>& arguments, std::istream& in, std::ostream& out);

} // namespace waybill::cli
