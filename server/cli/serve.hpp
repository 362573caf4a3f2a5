#pragma once

#include "config/settings.hpp"

#include <iosfwd>

namespace waybill::cli
{

// `waybill serve`: runs until SIGINT or SIGTERM and drains; a second signal ends at once. 0 after a clean drain, 1
// otherwise.
int run_serve(const config::Settings& settings, std::ostream& out);

int run_migrate(const config::Settings& settings, std::ostream& out); // `waybill migrate`

} // namespace waybill::cli
