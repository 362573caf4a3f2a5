#include "tests/support/credentials.hpp"

#include "db/requests/api_keys.hpp"
#include "db/requests/users.hpp"
#include "server/access/password.hpp"
#include "server/access/token.hpp"
#include "tests/support/coroutine.hpp"
#include "tests/support/polling.hpp"

#include <utility>

namespace waybill::test
{

namespace
{

std::string add(const TestDatabase& postgres, db::NewApiKey key)
{
    db::Database database(postgres.options());
    db::ApiKeys keys(database);
    const std::string token = access::new_token(access::TokenKind::key);
    if (key.name.empty()) key.name = "test";
    key.token_hash = access::hex_of(access::hash_of(token));
    run(keys.add(std::move(key)));
    return token;
}

} // namespace

void add_user(const TestDatabase& postgres, const std::string& email, const std::string& role)
{
    static const std::string hash = access::hash_password(password);
    db::Database database(postgres.options());
    db::Users users(database);
    run(users.add({email, role, hash}));
}

std::string add_key(const TestDatabase& database, const std::string& role)
{
    db::NewApiKey key;
    key.role = role;
    return add(database, std::move(key));
}

std::string add_key_named(const TestDatabase& database, const std::string& name, const std::string& role)
{
    db::NewApiKey key;
    key.name = name;
    key.role = role;
    return add(database, std::move(key));
}

std::string add_key_for(const TestDatabase& database, const std::vector<std::string>& permissions)
{
    db::NewApiKey key;
    key.permissions = permissions;
    return add(database, std::move(key));
}

void revoke_keys(const TestDatabase& postgres)
{
    db::Database database(postgres.options());
    db::ApiKeys keys(database);
    run(keys.revoke_named("test", tester()));
}

std::string with_token(std::string request, const std::string& token)
{
    return with_header(std::move(request), "Authorization", "Bearer " + token);
}

void wait_until_closed(const ServiceClient& service)
{
    wait_until("requests need a credential", [&] { return service.get("/api/campaigns").status == 403; });
}

} // namespace waybill::test
