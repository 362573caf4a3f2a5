#pragma once

#include "tests/unit/house/house_text.hpp"

#include <string>
#include <vector>

// The rules of the house: who may include whom, what stands where, how long things are, how coroutines are written.
// Each returns what it finds as `path:line: sentence`.
namespace waybill::test::house
{

using Findings = std::vector<std::string>;

Findings check_includes(const SourceFile& file);                  // config <- db <- webhooks <- server <- tests
Findings check_places(const SourceFile& file);                    // pqxx, Beast, TLS and the HMAC in their rooms alone
Findings check_length(const SourceFile& file);                    // 300 lines a file
Findings check_small_files(const std::vector<SourceFile>& files); // 25 lines for a header and its source together
Findings check_function_lengths(const SourceFile& file);          // 40 lines a function, in formatted code
Findings check_coroutines(const SourceFile& file);                // nothing built inside a co_await, none in a catch
Findings check_top_level(const std::vector<std::string>& names);

} // namespace waybill::test::house
