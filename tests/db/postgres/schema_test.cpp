#include "config/log.hpp"
#include "db/campaigns/campaigns.hpp"
#include "db/postgres/libpqxx.hpp"
#include "db/postgres/statements.hpp"
#include "db/types/message_status.hpp"
#include "db/types/seconds_histogram.hpp"
#include "server/api/contract/campaign.hpp"
#include "tests/support/coroutine.hpp"
#include "tests/support/postgres.hpp"

#include <boost/test/unit_test.hpp>
#include <pqxx/connection>

#include <cmath>

BOOST_AUTO_TEST_SUITE(schema)

using namespace waybill;

BOOST_AUTO_TEST_CASE(every_statement_prepares_against_the_migrated_schema)
{
    const test::TestDatabase database;
    pqxx::connection connection(database.url());
    for (const db::StatementText& statement : db::all_statements()) {
        BOOST_TEST_CONTEXT(statement.name)
        {
            BOOST_CHECK_NO_THROW(db::prepare_now(connection, statement.name, statement.sql));
        }
    }
}

// The tests below hold together what is stated in C++ and in SQL.

BOOST_AUTO_TEST_CASE(ranks_and_finality_are_the_same_in_SQL_and_in_the_program)
{
    const test::TestDatabase database;
    for (const db::MessageStatus status : db::all_message_statuses) {
        const std::string name(db::name_of(status));
        BOOST_TEST(database.number("select message_status_rank('" + name + "')") == db::rank_of(status));
        BOOST_TEST((database.value("select is_final('" + name + "')") == "t") == db::is_final(status), name);
    }
    BOOST_TEST(database.number("select count(*) from unnest(enum_range(null::message_status))") ==
               static_cast<std::int64_t>(db::all_message_statuses.size()));
}

BOOST_AUTO_TEST_CASE(a_status_rises_when_its_rank_does_and_it_is_not_final)
{
    const test::TestDatabase database;
    for (const db::MessageStatus from : db::all_message_statuses)
        for (const db::MessageStatus to : db::all_message_statuses) {
            const std::string pair = "'" + std::string(db::name_of(from)) + "', '" + std::string(db::name_of(to)) + "'";
            BOOST_TEST((database.value("select rises(" + pair + ")") == "t") == (db::rank_of(to) > db::rank_of(from)),
                       pair);
        }
}

BOOST_AUTO_TEST_CASE(numbers_are_masked_the_same_way_in_the_log_and_in_reports)
{
    const test::TestDatabase database;
    for (const std::string number : {"+15551234567", "+447911123456", "+1234567890", "+123456789012345", "12345", ""})
        BOOST_TEST(database.value("select masked_number('" + number + "')") == config::masked(number), number);
}

BOOST_AUTO_TEST_CASE(a_campaign_is_scheduled_until_its_time_in_reports_as_in_the_API)
{
    const test::TestDatabase database;
    test::make_campaign(database, 1);
    db::Database connections(database.options());
    db::Campaigns campaigns(connections, connections);
    for (const std::string status : {"sending", "paused", "completed", "canceled"})
        for (const std::string send_at : {"null", "now() - interval '1 hour'", "now() + interval '1 hour'"}) {
            database.exec("update campaigns set status = '" + status + "', send_at = " + send_at);
            const db::Campaign campaign = test::run(campaigns.find("sms_1_test01")).value();
            BOOST_TEST(database.value("select status from report.campaigns") ==
                           api::shown_status(campaign, std::chrono::system_clock::now()),
                       status << " " << send_at);
        }
}

BOOST_AUTO_TEST_CASE(a_bucket_of_seconds_is_read_back_within_five_percent)
{
    const test::TestDatabase database;
    for (const double seconds : {0.9, 3.0, 12.5, 60.0, 3'600.0, 86'400.0}) {
        const std::int64_t bucket = database.number("select tally_bucket(" + std::to_string(seconds) + ")");
        db::SecondsHistogram histogram;
        histogram.add(static_cast<int>(bucket), 1);
        BOOST_TEST(std::abs(histogram.percentile(0.5) - seconds) <= 0.05 * seconds + 0.051, seconds);
    }
}

BOOST_AUTO_TEST_CASE(times_are_the_same_microseconds_in_SQL_and_in_the_program)
{
    const test::TestDatabase database;
    for (const std::int64_t micros : {0LL, 1'772'323'200'123'457LL, 1'774'915'199'999'999LL, 4'102'444'800'000'001LL}) {
        const std::string number = std::to_string(micros);
        BOOST_TEST(database.number("select to_micros(from_micros(" + number + "))") == micros);
        BOOST_TEST(db::micros(db::time_of(micros)) == micros);
    }
    BOOST_TEST(database.value("select from_micros(1772323200123457) = timestamptz '2026-03-01 00:00:00.123457Z'") ==
               "t");
}

BOOST_AUTO_TEST_CASE(a_message_id_shows_when_it_was_created)
{
    const test::TestDatabase database;
    test::make_campaign(database, 1);
    BOOST_TEST(database.value(
                   "select message_created_at(id) between now() - interval '1 minute' and now() from messages") == "t");
    BOOST_TEST(database.number("select message_id_at('2026-03-01 00:00:00.9Z')") == 1'772'323'200LL << 30);
}

BOOST_AUTO_TEST_SUITE_END()
