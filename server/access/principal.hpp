#pragma once

#include "db/requests/api_keys.hpp"
#include "db/requests/users.hpp"
#include "server/access/roles.hpp"
#include "server/access/token.hpp"

#include <optional>
#include <string>

namespace waybill::access
{

// Who is asking, and what they may do.
struct Principal
{
    std::string name; // local, user:EMAIL or key:NAME
    PermissionSet permissions;
    std::optional<db::User> user;   // of a session
    std::optional<TokenHash> token; // none: local
    db::KeyLimits limits = {};      // of a key
};

inline Principal local_principal()
{
    return {"local", permissions_of(Role::admin), std::nullopt, std::nullopt};
}

} // namespace waybill::access
