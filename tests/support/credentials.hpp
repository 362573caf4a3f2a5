#pragma once

#include "tests/support/postgres.hpp"
#include "tests/support/service_client.hpp"

#include <string>
#include <vector>

// Users and keys of tests, straight into the database.
namespace waybill::test
{

constexpr const char* password = "correct horse battery";

void add_user(const TestDatabase& database, const std::string& email, const std::string& role);
std::string add_key(const TestDatabase& database, const std::string& role);
std::string add_key_named(const TestDatabase& database, const std::string& name, const std::string& role);
std::string add_key_for(const TestDatabase& database, const std::vector<std::string>& permissions);
void revoke_keys(const TestDatabase& database);

std::string with_token(std::string request, const std::string& token);

// Until the server knows that requests need a credential.
void wait_until_closed(const ServiceClient& service);

} // namespace waybill::test
