#include "db/campaigns/campaigns.hpp"
#include "db/postgres/libpqxx.hpp"
#include "db/postgres/migrations.hpp"
#include "db/postgres/statements.hpp"
#include "db/receipts/store.hpp"
#include "tests/support/coroutine.hpp"
#include "tests/support/postgres.hpp"
#include "tests/support/receipts.hpp"
#include "tests/support/tested_build.hpp"

#include <boost/test/unit_test.hpp>
#include <pqxx/connection>
#include <pqxx/nontransaction>
#include <pqxx/transaction>

#include <fstream>
#include <sstream>
#include <vector>

using namespace waybill;

namespace
{

std::string text_of(const std::string& file)
{
    std::ostringstream text;
    text << std::ifstream(test::source_path(file)).rdbuf();
    BOOST_REQUIRE(!text.str().empty());
    return text.str();
}

// A database that Waybill 0.2 made and this version has upgraded, and a Waybill 0.2 that still works on it.
struct Fixture
{
    Fixture()
    {
        database.exec(text_of("tests/data/schema_0.2.sql"));
        db::migrate(database.url());
    }

    const std::vector<db::StatementText> statements = db::split_statements(text_of("tests/data/statements_0.2.sql"));
    const test::TestDatabase database{test::TestDatabase::empty};
    pqxx::connection old_waybill{database.url()};

    void prepare()
    {
        for (const db::StatementText& statement : statements)
            db::prepare_now(old_waybill, statement.name, statement.sql);
    }

    // Calls prepared statements as one transaction; returns how many rows the last one had.
    std::size_t call(const std::vector<std::string>& calls)
    {
        pqxx::work tx(old_waybill);
        std::size_t rows = 0;
        for (const std::string& each : calls)
            rows = tx.exec("execute " + each).size();
        tx.commit();
        return rows;
    }
};

// The message of the dump that is still to be sent.
const std::string waiting = "1903056200191180803";

} // namespace

BOOST_FIXTURE_TEST_SUITE(upgrade_with_a_process_of_0_2, Fixture)

BOOST_AUTO_TEST_CASE(every_statement_of_0_2_prepares_against_the_upgraded_schema)
{
    BOOST_TEST(statements.size() > 100U);
    for (const db::StatementText& statement : statements) {
        BOOST_TEST_CONTEXT(statement.name)
        {
            BOOST_CHECK_NO_THROW(db::prepare_now(old_waybill, statement.name, statement.sql));
        }
    }
}

BOOST_AUTO_TEST_CASE(a_message_that_0_2_sends_is_counted_by_both)
{
    prepare();
    // Noon in UTC is a morning in New York: outside the campaign's quiet hours.
    BOOST_TEST(call({"find_offers(1774958400000000)"}) > 0U);
    BOOST_TEST(call({"make_senders('{+15005550006}')", "lock_senders('{+15005550006}')",
                     "find_free('{1}', '{5}', '{}', '{}')"}) == 1U);
    BOOST_TEST(call({"claim_messages('{" + waiting + "}', 120, '{+15005550006}', '{1774958400000000}')"}) == 1U);
    call({"record_history('{" + waiting + "}', '{1774958400000000}', '{accepted}', '{queued}', '{SM3}', '{null}', " +
          "'{null}', '{null}', '{null}', '{17}', '{1}', '{null}', '{true}', 'send')"});
    call({"settle_outbox('{" + waiting + "}', '{1}', '{null}', '{0}')"});
    call({"record_usual('{" + waiting +
          "}', '{2026-03-31 12:00:03+00}', '{sent}', '{SM3}', '{null}', '{null}', "
          "'{null}', '{null}', '{18}')"});

    // The receipt of its delivery reaches the new Waybill.
    db::Database connections(database.options());
    db::ReceiptStore receipts(connections, test::account_sid);
    db::Receipt delivered = test::receipt(std::stoll(waiting), "delivered");
    delivered.message_sid = "SM3";
    const std::vector<db::Receipt> batch{delivered};
    BOOST_TEST(test::run(receipts.apply(batch)).kept == 1);

    db::Campaigns campaigns(connections, connections);
    const db::Campaign campaign = test::run(campaigns.find("sms_1_kept01")).value();
    BOOST_TEST(campaign.count(db::MessageStatus::delivered) == 2);
    BOOST_TEST(campaign.count(db::MessageStatus::pending) == 0);
    BOOST_TEST(database.counter_faults() == "");
    BOOST_TEST(database.value("select string_agg(status, ' ' order by received_at, status) from message_history "
                              "where message_id = " +
                              waiting) == "queued sent delivered");
    BOOST_TEST(database.number("select count(*) from outbox where message_id = " + waiting) == 0);
}

BOOST_AUTO_TEST_SUITE_END()
