#include "db/postgres/transaction.hpp"
#include "tests/support/postgres.hpp"
#include "tests/support/report_data.hpp"

#include <boost/test/unit_test.hpp>
#include <pqxx/connection>
#include <pqxx/nontransaction>

#include <set>

namespace
{

using namespace waybill;

std::string plan(pqxx::nontransaction& session, const db::StatementText& statement)
{
    const pqxx::result types =
        session.exec("select coalesce(cardinality(parameter_types), 0) from pg_prepared_statements "
                     "where name = '" +
                     statement.name + "'");
    std::string nulls;
    for (int i = types.at(0)[0].as<int>(); i > 0; --i)
        nulls += i == 1 ? "null" : "null, ";
    const std::string call = statement.name + (nulls.empty() ? "" : "(" + nulls + ")");
    std::string text;
    for (const pqxx::row& line : session.exec("explain (costs off) execute " + call))
        text += line[0].as<std::string>() + "\n";
    return text;
}

} // namespace

BOOST_AUTO_TEST_SUITE(plans)

BOOST_AUTO_TEST_CASE(no_statement_reads_all_messages)
{
    const test::TestDatabase database;
    test::fill(database, {.campaigns = 100, .messages = 500, .largest = 20'000, .singles = 2'000, .days = 90});
    pqxx::connection connection(database.url());
    pqxx::nontransaction session(connection);
    session.exec("set plan_cache_mode = force_generic_plan");
    const std::set<std::string> of_backup_check = {"count_all", "find_inconsistencies"}; // of a copy, whole
    for (const db::StatementText& statement : db::all_statements()) {
        if (of_backup_check.contains(statement.name)) continue;
        BOOST_TEST_CONTEXT(statement.name)
        {
            db::prepare_now(connection, statement.name, statement.sql);
            const std::string text = plan(session, statement);
            BOOST_TEST(text.find("Seq Scan on messages") == std::string::npos, text);
        }
    }
}

BOOST_AUTO_TEST_CASE(a_view_that_is_asked_for_one_campaign_reads_its_messages_only)
{
    const test::TestDatabase database;
    test::fill(database, {.campaigns = 100, .messages = 500, .largest = 20'000, .singles = 2'000, .days = 90});
    for (const std::string view : {"messages", "messages_with_numbers", "delivery_by_hour", "open_messages"}) {
        std::string text;
        for (const std::string& line :
             database.column("explain select * from report." + view + " where campaign_id = 'data-7'"))
            text += line + "\n";
        BOOST_TEST(text.find("Seq Scan on messages") == std::string::npos, text);
    }
}

BOOST_AUTO_TEST_SUITE_END()
