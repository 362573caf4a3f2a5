#pragma once

#include <filesystem>
#include <string>
#include <string_view>

namespace waybill::config
{
struct Settings;
}

// The one-time link with which the first administrator comes in, when nobody can sign in and local access is off.
namespace waybill::access
{

// In a fragment, which reaches no request log.
std::string setup_link(std::string_view origin, std::string_view token);

// Where people open the dashboard: PUBLIC_BASE_URL, or the port that is configured on this machine; the word PORT
// stands for one that the server picks.
std::string origin_for_people(const config::Settings& settings);

// Writes the link to standard error if that is a terminal; otherwise to a file that only its owner can read, and names
// the file in the log.
void hand_out_link(const std::string& link, const std::filesystem::path& directory);

} // namespace waybill::access
