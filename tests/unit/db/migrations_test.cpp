#include "db/postgres/migrations.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <cctype>
#include <regex>
#include <string>

namespace
{

using namespace waybill;

// In lower case, without comments.
std::string code_of(std::string_view sql)
{
    std::string code = std::regex_replace(std::string(sql), std::regex("--[^\n]*"), "");
    std::ranges::transform(code, code.begin(), [](unsigned char each) { return std::tolower(each); });
    return code;
}

// What would break a process of the version before, which may still work on the upgraded database.
bool removes_something(std::string_view sql)
{
    static const std::regex removal(R"(drop\s+(table|column|type|schema)\b|\brename\s+(to|column|table)\b)"
                                    R"(|alter\s+column\s+\w+\s+(set\s+data\s+)?type\b|\bset\s+not\s+null\b)");
    return std::regex_search(code_of(sql), removal);
}

} // namespace

BOOST_AUTO_TEST_SUITE(migrations_only_add)

BOOST_AUTO_TEST_CASE(no_migration_takes_away_what_the_version_before_uses)
{
    for (const db::Migration& migration : db::all_migrations().subspan(1)) // the first one begins the schema
        BOOST_TEST(!removes_something(migration.sql), migration.name);
}

BOOST_AUTO_TEST_CASE(removals_are_recognised)
{
    for (const char* sql : {"alter table a drop column b", "DROP TABLE a", "alter table a rename to b",
                            "alter table a rename column b to c", "alter table a alter column b type bigint",
                            "alter table a alter column b set not null"})
        BOOST_TEST(removes_something(sql), sql);
    for (const char* sql : {"alter table a add column b int", "drop view report.a", "-- drop table a",
                            "create trigger a before truncate on b", "alter table a drop constraint b"})
        BOOST_TEST(!removes_something(sql), sql);
}

BOOST_AUTO_TEST_SUITE_END()
