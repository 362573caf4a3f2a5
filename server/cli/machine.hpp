#pragma once

#include "config/settings.hpp"

#include <string>
#include <vector>

// How well this process and its files are closed to others of the machine.
namespace waybill::cli
{

// What the process writes is for its user alone, and no core dump shows its memory.
void protect_process();

bool is_readable_by_all(const std::string& path); // every user of this machine

// Of the files with secrets, those that every user of this machine can read.
std::vector<std::string> open_secrets(const config::Settings& settings);

// What keeps rows of the audit log from being changed: the rights of the database role, or a trigger alone. The
// database must be reachable.
std::string audit_protection(const config::Settings& settings);

// What could be better: files that others can read, a missing privacy key, root, a database role that may do more than
// it must. Sentences for people. The database must be reachable.
std::vector<std::string> machine_faults(const config::Settings& settings);

} // namespace waybill::cli
