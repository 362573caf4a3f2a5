#pragma once

#include "config/settings.hpp"
#include "db/requests/sessions.hpp"

#include <iosfwd>
#include <string>
#include <vector>

namespace waybill::cli
{

// What of the README's "Before you put it on the internet" is not in place, each as a sentence that says what to do.
// Empty: all of it is.
std::vector<std::string> exposure_faults(const config::Settings& settings, const db::AccessState& access);

// Sends one message to the number the way campaigns do, and reports what becomes of it until its final receipt, for a
// minute at most. Runs a server of its own meanwhile, or leaves the work to the Waybill that already has the port. True
// when it was delivered.
bool send_test_message(const config::Settings& settings, const std::string& number, std::ostream& out);

} // namespace waybill::cli
