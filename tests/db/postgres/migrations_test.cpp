#include "db/postgres/migrations.hpp"

#include "db/campaigns/campaigns.hpp"
#include "db/messages/messages.hpp"
#include "tests/support/coroutine.hpp"
#include "tests/support/postgres.hpp"
#include "tests/support/tested_build.hpp"

#include <boost/test/unit_test.hpp>

#include <fstream>
#include <future>
#include <sstream>
#include <vector>

using namespace waybill;

namespace
{

// As pg_dump wrote it (tests/data/schema_0.2.sql says how).
void restore(const test::TestDatabase& database, const std::string& dump)
{
    std::ostringstream sql;
    sql << std::ifstream(test::source_path(dump)).rdbuf();
    BOOST_REQUIRE(!sql.str().empty());
    database.exec(sql.str());
}

std::string columns(const test::TestDatabase& database)
{
    return database.value(
        "select string_agg(table_schema || '.' || table_name || '.' || column_name || ' ' || data_type, "
        "', ' order by table_schema, table_name, column_name) from information_schema.columns "
        "where table_schema in ('public', 'report') and table_name !~ '^message_history_\\d'");
}

} // namespace

BOOST_AUTO_TEST_SUITE(migrations)

BOOST_AUTO_TEST_CASE(migrating_again_changes_nothing)
{
    const test::TestDatabase database;
    BOOST_TEST(db::migrate(database.url()) == 0);
}

BOOST_AUTO_TEST_CASE(a_newer_schema_is_used_until_it_names_a_newer_program)
{
    const test::TestDatabase database;
    database.exec("insert into schema_migrations (version, name) values (9999, 'from the future')");
    BOOST_TEST(db::migrate(database.url()) == 0);
    database.exec("update schema_promise set oldest = 9000");
    const auto names_the_remedy = [](const std::runtime_error& error) {
        return std::string(error.what()).find("run the newer program") != std::string::npos;
    };
    BOOST_CHECK_EXCEPTION(db::migrate(database.url()), std::runtime_error, names_the_remedy);
}

BOOST_AUTO_TEST_CASE(a_migration_that_was_added_below_the_last_one_is_applied_as_well)
{
    const test::TestDatabase database;
    database.exec("delete from schema_migrations where version = 1060; alter table outbox drop column unsent");
    BOOST_TEST(db::migrate(database.url()) == 1);
    BOOST_TEST(database.number("select count(*) from outbox where unsent") == 0);
}

BOOST_AUTO_TEST_CASE(processes_that_start_together_apply_each_migration_once)
{
    const test::TestDatabase database(test::TestDatabase::empty);
    std::vector<std::future<int>> counts;
    for (int i = 0; i < 4; ++i)
        counts.push_back(std::async(std::launch::async, [&database] { return db::migrate(database.url()); }));
    int sum = 0;
    for (std::future<int>& count : counts)
        sum += count.get();
    BOOST_TEST(sum == static_cast<int>(db::all_migrations().size()));
}

BOOST_AUTO_TEST_CASE(a_database_of_version_0_1_is_refused_and_left_as_it_is)
{
    const test::TestDatabase database(test::TestDatabase::empty);
    database.exec("create table schema_migrations "
                  "(version int primary key, name text not null, applied_at timestamptz not null default now()); "
                  "insert into schema_migrations (version, name) select n, 'old' from generate_series(1, 5) as n");
    BOOST_CHECK_EXCEPTION(db::migrate(database.url()), std::runtime_error, [](const std::runtime_error& error) {
        return std::string(error.what()).find("keep it with Waybill 0.1, or move .waybill/postgres away") !=
               std::string::npos;
    });
    BOOST_TEST(database.number("select count(*) from information_schema.tables where table_schema = 'public'") == 1);
}

// From 0.2 on, databases are upgraded: whatever a later migration changes, this database keeps what it holds.
BOOST_AUTO_TEST_CASE(a_database_of_version_0_2_is_upgraded_and_loses_nothing)
{
    const test::TestDatabase database(test::TestDatabase::empty);
    restore(database, "tests/data/schema_0.2.sql");
    db::migrate(database.url());
    const test::TestDatabase fresh;
    BOOST_TEST(columns(database) == columns(fresh));

    db::Database connections(database.options());
    db::Campaigns campaigns(connections, connections);
    const db::Campaign campaign = test::run(campaigns.find("sms_1_kept01")).value();
    BOOST_TEST(campaign.name == "Kept");
    BOOST_TEST(campaign.total == 3);
    BOOST_TEST(campaign.count(db::MessageStatus::delivered) == 1);
    BOOST_TEST(campaign.count(db::MessageStatus::undelivered) == 1);
    BOOST_TEST(campaign.count(db::MessageStatus::pending) == 1);
    BOOST_REQUIRE(campaign.errors.size() == 1U);
    BOOST_TEST(campaign.errors[0].code == 30003);
    BOOST_TEST(database.counter_faults() == "");

    db::Messages messages(connections);
    const auto history = test::run(messages.find(database.number("select min(id) from messages"))).value();
    BOOST_TEST(history.message.recipient == "+15550100000");
    BOOST_REQUIRE(history.entries.size() == 2U);
    BOOST_TEST(history.entries[1].status == "delivered");
    BOOST_TEST(database.number("select count(*) from outbox") == 1);
    BOOST_TEST(database.value("select phone_number || ' ' || source from opt_outs") == "+15550100009 operator");
    BOOST_TEST(database.value("select from_address || ' ' || body from inbound_messages") == "+15550100000 Thank you");
    BOOST_TEST(database.value("select reply from idempotency_keys where key = 'kept'") == "{}");
    BOOST_TEST(database.value("select reason from stray_receipts") == "unknown message");
    BOOST_TEST(database.value("select email || ' ' || role from users") == "ann@example.com admin");
    BOOST_TEST(database.value("select name || ' ' || role from api_keys") == "shop marketer");
}

BOOST_AUTO_TEST_SUITE_END()
