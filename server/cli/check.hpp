#pragma once

#include "config/settings.hpp"

#include <iosfwd>
#include <string>
#include <vector>

namespace waybill::cli
{

// `waybill check`: what is configured, whether the database answers, whether Twilio accepts the credentials. With
// `--send-test NUMBER` it sends one message and waits for its receipt. 0 when all is well, 1 when something is not, 2
// for bad usage. Prints no secret.
int run_check(const config::Settings& settings, const std::vector<std::string>& arguments, std::ostream& out);

} // namespace waybill::cli
