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

constexpr const char* system_settings_file = "/etc/waybill/waybill.env";

// Which file holds the settings, and one that does not although it looks as if it did: files are never mixed.
struct SettingsFile
{
    std::string path;    // need not exist
    std::string ignored; // empty: none
};

// WAYBILL_SETTINGS names the file; else it is .env in the working directory, if there is one, else the system's.
SettingsFile choose_settings_file(const std::string& system_file = system_settings_file);

// The environment, then the file, which need not exist. Throws when it exists and cannot be read: its settings would
// silently be missing.
Lookup environment_over_file(const std::string& path);

// The files that hold secrets instead of the settings themselves (NAME_FILE).
std::vector<std::string> secret_files(const Lookup& lookup);

} // namespace waybill::config
