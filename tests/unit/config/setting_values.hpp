#pragma once

#include "config/settings.hpp"

#include <map>
#include <set>
#include <string>
#include <vector>

namespace waybill::test
{

using SettingValues = std::map<std::string, std::string, std::less<>>;

config::Lookup lookup_in(SettingValues values);

// What read_settings makes of the values; each fails the test when it is the other.
config::Settings settings_of(const SettingValues& values);
std::vector<config::Fault> faults_of(const SettingValues& values);

std::vector<std::string> names_at_fault(const SettingValues& values);

std::set<std::string> names_that_are_read();

} // namespace waybill::test
