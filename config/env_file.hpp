#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace waybill::config
{

struct EnvFile
{
    std::map<std::string, std::string, std::less<>> values; // the last line for a name wins
    std::vector<int> unreadable_lines;                      // numbers from 1; the lines are left out
};

// Lines of KEY=VALUE, optionally behind `export`. 'Single' quotes keep everything as it is, "double" ones know \n, \"
// and \\; without quotes the value ends at ` #`.
EnvFile parse_env_file(std::string_view text);

// The text of a setting by its name; nothing when it is unset.
using Lookup = std::function<std::optional<std::string>(std::string_view name)>;

// The environment, then the file, which need not exist.
Lookup environment_over_file(const std::string& path);

} // namespace waybill::config
