#pragma once

#include "config/settings.hpp"

#include <iosfwd>
#include <string>

namespace waybill::cli
{

// Sends one message to the number, on the way that campaigns take, and tells what becomes of it until its final
// receipt, for a minute at most. Serves by itself meanwhile, or leaves the work to the Waybill that already has the
// port. True when it was delivered.
bool send_test_message(const config::Settings& settings, const std::string& number, std::ostream& out);

} // namespace waybill::cli
