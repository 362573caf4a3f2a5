#pragma once

#include "config/settings.hpp"

#include <iosfwd>
#include <string>

namespace waybill::cli
{

// Sends one message to the number the way campaigns do, and reports what becomes of it until its final receipt, for a
// minute at most. Runs a server of its own meanwhile, or leaves the work to the Waybill that already has the port. True
// when it was delivered.
bool send_test_message(const config::Settings& settings, const std::string& number, std::ostream& out);

} // namespace waybill::cli
