#pragma once

#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace waybill::config
{

struct EnvFile
{
    std::map<std::string, std::string, std::less<>> values; // the last line of a name wins
    std::vector<int> unreadable_lines;                      // numbers from 1; the lines are left out
};

// Lines of KEY=VALUE, optionally behind `export`. 'Single' quotes keep everything as it is, "double" ones know \n, \"
// and \\; without quotes the value ends at ` #`.
EnvFile parse_env_file(std::string_view text);

} // namespace waybill::config
