#pragma once

#include <ostream>
#include <string>
#include <vector>

namespace waybill::cli
{

// `waybill simulator --port N --account-sid AC… --auth-token …`: a Twilio on loopback until SIGINT or SIGTERM. Prints
// its origin once it listens. 0 on a clean end, 2 with a sentence on standard error when it cannot run so.
int run_simulator(const std::vector<std::string>& arguments, std::ostream& out);

} // namespace waybill::cli
