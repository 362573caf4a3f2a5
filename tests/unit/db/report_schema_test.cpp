#include "db/postgres/report_schema.hpp"

#include "db/postgres/migrations.hpp"
#include "db/postgres/statements.hpp"

#include <boost/test/unit_test.hpp>

#include <string>
#include <utility>

using namespace waybill;

BOOST_AUTO_TEST_SUITE(report_schema)

BOOST_AUTO_TEST_CASE(sql_names_the_schema_in_three_ways_and_nothing_else_is_replaced)
{
    const std::pair<const char*, const char*> cases[] = {
        {"select * from report.days", "select * from \"sales\".days"},
        {"create schema report;", "create schema \"sales\";"},
        {"comment on schema report is 'x'", "comment on schema \"sales\" is 'x'"},
        {"values ('report')", "values ('sales')"},
        {"has_schema_privilege(r, 'report', 'USAGE')", "has_schema_privilege(r, 'sales', 'USAGE')"},
        {"select name from report_schema", "select name from report_schema"},
        {"from single_report.days", "from single_report.days"},
        {"what they report, reports and reported.at", "what they report, reports and reported.at"},
    };
    for (const auto& [sql, expected] : cases)
        BOOST_TEST(db::in_report_schema(sql, "sales") == expected);
    BOOST_TEST(db::in_report_schema("select * from report.days", "report") == "select * from report.days");
}

BOOST_AUTO_TEST_CASE(every_statement_and_migration_can_be_put_into_another_schema)
{
    int replaced = 0;
    for (const std::string_view file : db::statement_files())
        for (const db::StatementText& statement : db::split_statements(file)) {
            const std::string sql = db::in_report_schema(statement.sql, "sales");
            BOOST_TEST(sql.find(" report.") == sql.npos, statement.name);
            if (sql != statement.sql) ++replaced;
        }
    BOOST_TEST(replaced >= 3);
    for (const db::Migration& migration : db::all_migrations()) {
        const std::string sql = db::in_report_schema(migration.sql, "sales");
        BOOST_TEST(sql.find("view report.") == sql.npos, migration.name);
    }
}

BOOST_AUTO_TEST_SUITE_END()
