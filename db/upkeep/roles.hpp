#pragma once

#include "db/postgres/database.hpp"

#include <boost/asio/awaitable.hpp>

#include <string>

// The roles of a database: one owns the tables and migrates, the other runs the server. They may be one role.
namespace waybill::db
{

// Brings the schema up to date as the owner and grants the role of `url` what it needs; without an owner's URL the role
// of `url` does both. Blocks. Returns how many migrations were applied. Throws as migrate() does, and Forbidden when
// the role of `url` lacks a right. The pooler is that of `url`; the owner's leads to PostgreSQL itself.
int prepare_database(const std::string& url, const std::string& owner_url, Pooler pooler = Pooler::none);

// What the database role of this process may do beyond what it must.
struct RoleFacts
{
    bool is_superuser = false;
    bool may_change_audit = false;
};

asio::awaitable<RoleFacts> read_role_facts(Database& database);

} // namespace waybill::db
