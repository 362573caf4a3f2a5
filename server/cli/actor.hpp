#pragma once

#include "db/requests/audit.hpp"

#include <pwd.h>
#include <string>
#include <unistd.h>

namespace waybill::cli
{

// Who the audit log names for what a command changes: the user of this machine that runs it.
inline db::Actor command_line_actor()
{
    const passwd* user = ::getpwuid(::getuid());
    db::Actor actor;
    actor.principal = "cli:" + (user != nullptr ? std::string(user->pw_name) : std::to_string(::getuid()));
    return actor;
}

} // namespace waybill::cli
