#include "db/postgres/connection_string.hpp"
#include "db/postgres/migrations.hpp"
#include "db/postgres/transaction.hpp"
#include "db/types/message_status.hpp"
#include "tests/support/postgres.hpp"

#include <boost/test/unit_test.hpp>
#include <pqxx/connection>

BOOST_AUTO_TEST_SUITE(schema)

using namespace waybill;

BOOST_AUTO_TEST_CASE(every_statement_prepares_against_the_migrated_schema)
{
    const test::TestDatabase database;
    pqxx::connection connection(database.url());
    for (const db::Statement* statement : db::all_statements()) {
        BOOST_TEST_CONTEXT(statement->name)
        {
            BOOST_CHECK_NO_THROW(connection.prepare(statement->name, statement->sql));
            BOOST_CHECK_NO_THROW(connection.prepare_now(statement->name));
        }
    }
}

BOOST_AUTO_TEST_CASE(migrating_again_changes_nothing)
{
    const test::TestDatabase database;
    BOOST_TEST(db::migrate(database.url()) == 0);
}

BOOST_AUTO_TEST_CASE(a_schema_newer_than_the_program_is_refused)
{
    const test::TestDatabase database;
    database.exec("insert into schema_migrations (version, name) values (9999, 'from the future')");
    BOOST_CHECK_THROW(db::migrate(database.url()), std::runtime_error);
}

BOOST_AUTO_TEST_CASE(ranks_are_the_same_in_SQL_and_in_the_program)
{
    const test::TestDatabase database;
    for (const db::MessageStatus status : db::all_message_statuses) {
        const std::string name(db::name_of(status));
        BOOST_TEST(database.number("select message_status_rank('" + name + "')") == db::rank_of(status));
    }
    BOOST_TEST(database.number("select count(*) from unnest(enum_range(null::message_status))") ==
               static_cast<std::int64_t>(db::all_message_statuses.size()));
}

BOOST_AUTO_TEST_CASE(a_message_id_tells_when_it_was_made)
{
    const test::TestDatabase database;
    test::make_campaign(database, 1);
    BOOST_TEST(database.value(
                   "select message_created_at(id) between now() - interval '1 minute' and now() from messages") == "t");
}

BOOST_AUTO_TEST_SUITE_END()
