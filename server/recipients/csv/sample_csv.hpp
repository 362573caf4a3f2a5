#pragma once

#include <chrono>
#include <string>

namespace waybill::recipients
{

// The text of sample-customer-list.csv: five customers, all lapsed on `today` under the default of 30 days, with
// numbers from the range kept for fiction.
std::string sample_csv(std::chrono::sys_days today);

} // namespace waybill::recipients
