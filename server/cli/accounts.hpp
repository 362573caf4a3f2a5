#pragma once

#include "config/settings.hpp"
#include "db/requests/audit.hpp"

#include <iosfwd>
#include <string>
#include <vector>

namespace waybill::cli
{

struct Streams
{
    std::istream& in;
    std::ostream& out;
    std::ostream& err;
};

// `waybill user …` and `waybill key …`: who may use the API. The exit status; a key is written to `out` alone.
// Who the audit log names for what a command changes: the user of this machine that runs it.
db::Actor command_line_actor();

int run_user(const config::Settings& settings, const std::vector<std::string>& arguments, Streams streams);
int run_key(const config::Settings& settings, const std::vector<std::string>& arguments, Streams streams);

} // namespace waybill::cli
