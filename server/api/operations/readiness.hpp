#pragma once

#include "server/api/parts.hpp"

#include <string>

namespace waybill::api
{

// Why this Waybill should get no requests, and what to do, in one sentence; empty when it should. Only what is wrong
// with it or its database as a whole: a background task that fails keeps it from neither receipts nor requests.
std::string why_not_ready(const Parts& parts);

// What is wrong, and what to do, in one sentence, also when Waybill is ready; empty when nothing is.
std::string present_problem(const Parts& parts);

} // namespace waybill::api
