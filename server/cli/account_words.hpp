#pragma once

#include "db/requests/api_keys.hpp"
#include "server/access/permissions.hpp"

#include <optional>
#include <string>
#include <variant>
#include <vector>

// The arguments of `waybill user` and `waybill key`, read without acting on them.
namespace waybill::cli
{

enum class AccountVerb
{
    add,
    list,
    disable,
    password,
    revoke
};

struct AccountCommand
{
    AccountVerb verb = AccountVerb::list;
    std::string name; // an address, or the name or number of a key
    std::string role;
    std::vector<std::string> permissions;
    bool password_from_stdin = false;
    int expires_in_days = 0; // 0: never
    db::KeyLimits limits;
};

// Or what is wrong with the arguments, as a sentence; an empty one asks for the usage.
std::variant<AccountCommand, std::string> read_user_command(const std::vector<std::string>& arguments);
std::variant<AccountCommand, std::string> read_key_command(const std::vector<std::string>& arguments);

} // namespace waybill::cli
