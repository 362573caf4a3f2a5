#pragma once

#include "db/postgres/connection_string.hpp"

#include <span>
#include <string>
#include <string_view>

namespace waybill::db
{

struct Migration
{
    int version; // the number that its file name starts with
    std::string_view name;
    std::string_view sql;
};

std::span<const Migration> all_migrations(); // db/migrations/*.sql, embedded, in order, from version 1000 on

// Brings the schema up to date: each missing migration in a transaction of its own, under an advisory lock, so that
// processes that start together do not collide. Blocks. Returns how many were applied. Throws Unavailable when
// PostgreSQL is away, and std::runtime_error when the schema is one of version 0.1, or newer than this binary and not
// for it.
int migrate(const std::string& url, Pooler pooler = Pooler::none);

} // namespace waybill::db
