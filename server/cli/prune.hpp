#pragma once

#include "config/settings.hpp"

#include <iosfwd>
#include <string>
#include <vector>

namespace waybill::cli
{

// `waybill prune --before DATE`: drops the receipts of messages made before that day (UTC) and says what went.
int run_prune(const config::Settings& settings, const std::vector<std::string>& arguments, std::ostream& out);

} // namespace waybill::cli
