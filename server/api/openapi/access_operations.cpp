#include "server/api/contract/account.hpp"
#include "server/api/openapi/asked.hpp"
#include "server/api/openapi/operation.hpp"

namespace waybill::api
{

namespace
{

constexpr std::string_view tag = "Access";
constexpr std::string_view sign_in_errors = "missing_fields wrong_password too_many_sign_ins";

const std::vector<Operation> sign_in_operations = {
    {"POST /api/auth/session",
     "beginSession",
     tag,
     "Sign in with a cookie",
     {},
     schema_of<Credentials>,
     {{200, schema_of<ShownSession>, "Signed in; the cookie is set."}},
     sign_in_errors},
    {"POST /api/auth/login",
     "logIn",
     tag,
     "Sign in with a token",
     {},
     schema_of<Credentials>,
     {{200, schema_of<ShownSession>, "Signed in; `token` goes into `Authorization: Bearer`."}},
     sign_in_errors},
    {"POST /api/auth/setup",
     "setUp",
     tag,
     "Redeem the one-time link for the first account",
     {},
     schema_of<SetupRequest>,
     {{201, schema_of<ShownSession>, "Signed in; the cookie is set."}},
     "missing_fields account_exists invalid_link too_many_sign_ins"},
    {"POST /api/auth/logout",
     "logOut",
     tag,
     "Sign out",
     {},
     schema_of<Nothing>,
     {{200, schema_of<ShownNote>, "Signed out."}},
     ""},
    {"GET /api/auth/me",
     "getCaller",
     tag,
     "See who is asking",
     {},
     nullptr,
     {{200, schema_of<ShownCaller>, "The caller and its permissions."}},
     ""},
};

const std::vector<Operation> account_operations = {
    {"GET /api/users",
     "listUsers",
     tag,
     "List users",
     {},
     nullptr,
     {{200, schema_of<ShownAccounts>, "All users."}},
     ""},
    {"POST /api/users",
     "addUser",
     tag,
     "Add a user",
     {},
     schema_of<NewUserRequest>,
     {{201, schema_of<ShownAccount>, "The user."}},
     "missing_fields user_exists too_many_sign_ins"},
    {"PATCH /api/users/{email}",
     "changeUser",
     tag,
     "Change a user's role, or disable or enable the account; their sessions have the new role immediately",
     {},
     schema_of<UserChangeRequest>,
     {{200, schema_of<ShownAccount>, "The user as it is now."}},
     "missing_fields user_not_found own_account last_administrator"},
    {"POST /api/users/{email}/disable",
     "disableUser",
     tag,
     "Disable a user",
     {},
     nullptr,
     {{200, schema_of<ShownSuccess>, "The user is disabled."}},
     "user_not_found own_account last_administrator"},
    {"PUT /api/users/{email}/password",
     "setPassword",
     tag,
     "Set a user's password",
     {},
     schema_of<NewPasswordRequest>,
     {{200, schema_of<ShownSuccess>, "The password is set."}},
     "missing_fields user_not_found too_many_sign_ins"},
    {"GET /api/keys", "listKeys", tag, "List API keys", {}, nullptr, {{200, schema_of<ShownKeys>, "All keys."}}, ""},
    {"POST /api/keys",
     "addKey",
     tag,
     "Add an API key",
     {},
     schema_of<NewKeyRequest>,
     {{201, schema_of<ShownKey>, "The key; this reply is the only one that shows it."}},
     "missing_fields user_needed"},
    {"PATCH /api/keys/{id}",
     "changeKey",
     tag,
     "Change what an API key may do at most; null takes a limit away, what is left out stays, its name for good",
     {},
     schema_of<KeyChangeRequest>,
     {{200, schema_of<ShownKey>, "The key as it is now, without the key itself."}},
     "missing_fields key_not_found"},
    {"DELETE /api/keys/{id}",
     "revokeKey",
     tag,
     "Revoke an API key",
     {},
     nullptr,
     {{204, nullptr, "The key is revoked."}},
     "key_not_found"},
};

} // namespace

std::span<const Operation> access_operations()
{
    static const std::vector<Operation> all = joined({sign_in_operations, account_operations});
    return all;
}

} // namespace waybill::api
