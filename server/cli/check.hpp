#pragma once

#include "config/settings.hpp"
#include "db/requests/sessions.hpp"

#include <string>
#include <vector>

namespace waybill::cli
{

// What of the README's "Before you put it on the internet" is not in place, each as a sentence that says what to do.
// Empty: all of it is.
std::vector<std::string> exposure_faults(const config::Settings& settings, const db::AccessState& access);

} // namespace waybill::cli
