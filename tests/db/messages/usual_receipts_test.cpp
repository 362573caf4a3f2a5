#include "db/messages/usual_receipts.hpp"

#include "db/messages/history.hpp"
#include "db/messages/messages.hpp"
#include "db/postgres/database.hpp"
#include "db/postgres/transaction.hpp"
#include "db/receipts/store.hpp"
#include "tests/support/coroutine.hpp"
#include "tests/support/directory.hpp"
#include "tests/support/postgres.hpp"
#include "tests/support/receipts.hpp"

#include <boost/test/unit_test.hpp>
#include <pqxx/connection>
#include <pqxx/transaction>

#include <future>

namespace
{

using namespace waybill;

using test::receipt;

const std::vector<std::string> usual_words{"sent", "delivered", "undelivered", "failed"};
constexpr int old_states = 20; // each status, with and without an error code
const db::Time told_at{std::chrono::sys_days{std::chrono::year{2026} / 11 / 1}};

struct Fixture
{
    test::TestDatabase postgres;
    db::Database database{postgres.receipt_options()};
    db::ReceiptStore store{database, test::account_sid};
    db::Messages messages{database};

    std::vector<db::MessageId> accepted_messages(int count)
    {
        test::make_campaign(postgres, count);
        postgres.exec("update messages set status = 'accepted', claimed_at = now(), accepted_at = now(); "
                      "update campaign_counters set accepted = pending, ever_accepted = pending, "
                      "accepted_segments = pending, pending = 0");
        return test::message_ids(postgres);
    }

    // A campaign with a message in each old state for each of the words, reported with and without an error code.
    std::vector<db::Receipt> receipts_of_campaign_in_all_states(const std::string& public_id)
    {
        const int count = old_states * static_cast<int>(usual_words.size()) * 2;
        test::make_campaign(postgres, count, public_id);
        const std::string of_it = " and campaign_id = (select max(id) from campaigns)";
        postgres.exec("update messages set status = (enum_range(null::message_status))[row_number % 20 / 2 + 1], "
                      "error_code = case when row_number % 2 = 1 then 30001 end, segments = 2, "
                      "claimed_at = '2026-10-31 23:59:50Z' where true" +
                      of_it);
        postgres.exec("update messages set accepted_at = '2026-10-31 23:59:55Z' where status >= 'accepted'" + of_it);
        postgres.exec("update messages set sent_at = '2026-10-31 23:59:57Z' where status in ('sent', 'read')" + of_it);
        // Times that do not fit the status are no reason to count wrongly.
        postgres.exec(
            "update messages set sent_at = case when status = 'accepted' then '2026-10-31 23:59:57Z'::timestamptz end "
            "where status in ('accepted', 'sent') and row_number % 2 = 1" +
            of_it);
        postgres.exec("update messages set lookup_at = '2026-11-01 00:02:50Z' where status = 'unknown'" + of_it);
        postgres.exec("insert into campaign_tallies (campaign_id, kind, key, count) "
                      "select campaign_id, 'error', coalesce(error_code, 0), count(*) from messages "
                      "where status in ('failed', 'undelivered')" +
                      of_it + " group by campaign_id, coalesce(error_code, 0)");
        std::vector<db::Receipt> receipts;
        for (const db::MessageId id : test::message_ids(postgres, public_id)) {
            const auto variant = static_cast<int>(receipts.size()) / old_states;
            receipts.push_back(receipt(id, usual_words[static_cast<std::size_t>(variant / 2)]));
            if (variant % 2 == 1) receipts.back().error_code = 30003;
            receipts.back().received_at = told_at + std::chrono::seconds(variant);
            receipts.back().raw_dlr_done_date = "2611010000";
        }
        const std::vector<std::string> recipients =
            postgres.column("select recipient from messages where true" + of_it + " order by id");
        for (std::size_t i = 0; i < receipts.size(); ++i)
            receipts[i].extra_json = extra_of(i, recipients.at(i));
        return receipts;
    }

    // Sent to the message's recipient, to another number, and without saying so.
    static std::string extra_of(std::size_t place, const std::string& recipient)
    {
        if (place % 3 == 2) return place % 2 == 0 ? "" : R"({"From":"+15005550006"})";
        const std::string to = place % 3 == 0 ? recipient : "+15550009999";
        return R"({"ApiVersion":"2010-04-01","From":"+15005550006","To":")" + to + "\"}";
    }

    void record_carefully(const std::vector<db::Receipt>& receipts)
    {
        test::run(database.transact([&](db::Transaction& tx) {
            std::vector<db::HistoryEntry> entries;
            for (const db::Receipt& each : receipts) {
                db::HistoryEntry& entry = entries.emplace_back();
                entry.message_id = each.message_id;
                entry.at = each.received_at;
                entry.word = each.status;
                entry.status = db::from_twilio_status(each.status);
                entry.proves_acceptance = true;
                entry.sid = each.message_sid;
                entry.error_code = each.error_code;
                entry.raw_dlr_done_date = each.raw_dlr_done_date;
                entry.extra_json = each.extra_json;
            }
            return db::record_history(tx, db::HistorySource::receipt, entries).kept;
        }));
    }

    std::string plan(const std::string& name, int parameters)
    {
        pqxx::connection connection(db::connection_string(postgres.url(), std::chrono::seconds(10), true));
        for (const db::StatementText& statement : db::all_statements())
            if (name == statement.name) db::prepare_now(connection, statement.name, statement.sql);
        pqxx::work session(connection);
        std::string nulls = "null";
        for (int i = 1; i < parameters; ++i)
            nulls += ", null";
        std::string text;
        for (const pqxx::row& line : session.exec("explain (costs off) execute " + name + " (" + nulls + ")"))
            text += line[0].as<std::string>() + "\n";
        return text;
    }

    // What the two campaigns do not have alike.
    std::vector<std::string> differences(const std::string& columns, const std::string& tables)
    {
        const auto of = [&](const std::string& public_id) {
            return "select " + columns + " from " + tables + " where c.public_id = '" + public_id + "'";
        };
        return postgres.column("select d::text from ((" + of("one") + " except all " + of("other") + ") union all (" +
                               of("other") + " except all " + of("one") + ")) as d");
    }

    void check_that_both_are_alike(std::size_t receipts)
    {
        const std::string messages = "messages m join campaigns c on c.id = m.campaign_id";
        const std::string of_message =
            "row_number, m.status, conflicting, lookup_at, sid, error_code, segments, price_micros, "
            "claimed_at, accepted_at, sent_at, m.completed_at, read_at";
        const std::string of_event =
            "row_number, e.received_at, source, e.error_code, e.status, e.sid, raw_dlr_done_date, "
            "idempotency_token, extra, fingerprint";
        const std::string of_counters =
            "k.pending, k.sending, k.unknown, k.accepted, k.sent, k.delivered, k.undelivered, "
            "k.failed, k.canceled, k.read, k.ever_accepted, k.accepted_segments, k.priced, "
            "k.price_micros, k.final_by_receipt, k.final_by_lookup, c.status";
        const std::vector<std::string> none;
        BOOST_TEST(differences(of_message, messages) == none, boost::test_tools::per_element());
        BOOST_TEST(differences(of_event, "message_history e join " + messages + " on m.id = e.message_id") == none,
                   boost::test_tools::per_element());
        BOOST_TEST(differences(of_counters, "campaign_figures k join campaigns c on c.id = k.campaign_id") == none,
                   boost::test_tools::per_element());
        BOOST_TEST(differences("kind, key, count", "tally_figures t join campaigns c on c.id = t.campaign_id") == none,
                   boost::test_tools::per_element());
        BOOST_TEST(postgres.number("select count(*) from message_history") == 2 * static_cast<std::int64_t>(receipts));
    }
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(usual_receipts, Fixture)

BOOST_AUTO_TEST_CASE(whatever_the_message_was_before_the_usual_way_ends_as_the_careful_one)
{
    const auto receipts = receipts_of_campaign_in_all_states("one");
    test::run(store.apply(receipts));
    record_carefully(receipts_of_campaign_in_all_states("other"));
    check_that_both_are_alike(receipts.size());
}

BOOST_AUTO_TEST_CASE(a_receipt_that_comes_alone_ends_as_in_the_careful_way)
{
    const auto receipts = receipts_of_campaign_in_all_states("one");
    db::SecondsHistogram lag;
    for (const db::Receipt& each : receipts) {
        const auto applied = test::run(store.apply(std::vector{each}));
        BOOST_TEST(applied.kept == 1);
        lag.add(applied.lag);
    }
    record_carefully(receipts_of_campaign_in_all_states("other"));
    check_that_both_are_alike(receipts.size());
    BOOST_TEST(lag.count() == postgres.number("select sum(count) from tally_rows t join campaigns c on c.id = "
                                              "t.campaign_id where public_id = 'one' and kind = 'delivery'"));
}

BOOST_AUTO_TEST_CASE(receipts_that_several_processes_count_in_lanes_end_as_in_the_careful_way)
{
    test::TestDirectory directory, other_directory;
    db::Tickets tickets(directory.path()), other_tickets(other_directory.path());
    test::run(tickets.begin(database));
    test::run(other_tickets.begin(database));
    db::ReceiptStore one(database, test::account_sid, &tickets), other(database, test::account_sid, &other_tickets);
    const auto receipts = receipts_of_campaign_in_all_states("one");
    for (std::size_t i = 0; i < receipts.size();) { // alone and in batches of up to seven, in turn
        const std::size_t size = std::min(1 + i % 7, receipts.size() - i);
        test::run((i % 2 == 0 ? one : other).apply(std::span(receipts).subspan(i, size)));
        i += size;
    }
    BOOST_TEST(postgres.number("select count(distinct lane) from receipt_counters") == 2);
    record_carefully(receipts_of_campaign_in_all_states("other"));
    check_that_both_are_alike(receipts.size());
}

BOOST_AUTO_TEST_CASE(what_the_message_tells_is_not_kept_again_and_shown_all_the_same)
{
    const auto ids = accepted_messages(3);
    const std::string own = postgres.value("select min(recipient) from messages where id = " + std::to_string(ids[0]));
    const auto extra = [](const std::string& to) {
        return R"({"ApiVersion":"2010-04-01","From":"+15005550006","To":")" + to + R"(","X":"1"})";
    };
    std::vector<db::Receipt> receipts{receipt(ids[0], "sent"), receipt(ids[1], "sent")};
    receipts[0].extra_json = extra(own);
    receipts[1].extra_json = extra("+15550009999");
    test::run(store.apply(receipts));
    receipts = {receipt(ids[0], "delivered")};
    receipts[0].extra_json = extra(own);
    test::run(store.apply(receipts));

    BOOST_TEST(postgres.number("select count(*) from message_history where sid is null") == 3);
    BOOST_TEST(postgres
                   .column("select message_id::text from message_history where extra::text like '%555000%+%' or "
                           "extra::text like '%" +
                           own + "%'")
                   .size() == 1U);
    const std::string shown =
        R"({"X": "1", "To": ")" + own + R"(", "From": "+15005550006", "ApiVersion": "2010-04-01"})";
    const auto history = test::run(messages.find(ids[0]));
    BOOST_REQUIRE(history.has_value());
    BOOST_REQUIRE(history->entries.size() == 2U);
    for (const auto& entry : history->entries) {
        BOOST_TEST(entry.extra_json == shown);
        BOOST_TEST(entry.sid == receipts[0].message_sid);
    }
}

BOOST_AUTO_TEST_CASE(usual_and_unusual_receipts_may_come_together)
{
    const auto ids = accepted_messages(4);
    const db::Receipt again = receipt(ids[0], "delivered");
    const auto applied = test::run(
        store.apply(std::vector{receipt(ids[1], "sent"), again, again, receipt(ids[2], "queued"), receipt(4711, "sent"),
                                receipt(ids[3], "undelivered", 21610), receipt(ids[1], "delivered")}));
    BOOST_TEST(applied.kept == 5);
    BOOST_TEST(applied.repeated == 1);
    BOOST_TEST(applied.stray == 1);
    BOOST_TEST(applied.lag.count() == 2);
    BOOST_TEST(postgres.column("select status from messages order by id") ==
                   (std::vector<std::string>{"delivered", "delivered", "accepted", "undelivered"}),
               boost::test_tools::per_element());
    BOOST_TEST(postgres.number("select count(*) from opt_outs") == 1);
    BOOST_TEST(postgres.counter_faults() == "");
}

BOOST_AUTO_TEST_CASE(a_message_that_changes_in_this_very_moment_is_raised_from_what_it_has_become)
{
    const auto ids = accepted_messages(2);
    pqxx::connection session(postgres.url());
    pqxx::work other(session);
    other.exec("update messages set status = 'sent', sent_at = now() where id = " + std::to_string(ids[0]));
    other.exec("update campaign_counters set accepted = accepted - 1, sent = sent + 1");

    auto applied = std::async(std::launch::async, [&] {
        return test::run(store.apply(std::vector{receipt(ids[1], "sent"), receipt(ids[0], "delivered")}));
    });
    while (postgres.number("select count(*) from pg_stat_activity where wait_event_type = 'Lock'") == 0)
        BOOST_REQUIRE((applied.wait_for(std::chrono::milliseconds(1)) == std::future_status::timeout));
    other.commit();

    BOOST_TEST(applied.get().kept == 2);
    BOOST_TEST(postgres.value("select string_agg(status::text, ' ' order by id) from messages") == "delivered sent");
    BOOST_TEST(postgres.number("select count(*) from message_history") == 2);
    BOOST_TEST(postgres.counter_faults() == "");
}

// So that they are locked in the order of their ids, and a plan that was made for a few does for millions.
BOOST_AUTO_TEST_CASE(messages_are_found_by_their_key_in_tables_of_any_size)
{
    for (const int count : {0, 0, 2, 100}) {
        if (count > 0) test::make_campaign(postgres, count, std::to_string(count));
        for (const char* analysed : {"", "vacuum analyze"}) {
            postgres.exec(analysed);
            for (const std::string& alone : {plan("record_one_sent", 13), plan("record_one_end", 14)}) {
                for (const char* other : {"Hash Join", "Merge Join", "Seq Scan"})
                    BOOST_TEST(alone.find(other) == std::string::npos, alone);
                BOOST_TEST(alone.find("Index Scan using messages_pkey on messages m") != std::string::npos, alone);
            }
            const std::string text = plan("record_usual", 14);
            for (const char* other : {"Hash Join", "Merge Join", "Seq Scan"})
                BOOST_TEST(text.find(other) == std::string::npos, text);
            const auto reported = text.find("Function Scan on s"),
                       found = text.find("Index Scan using messages_pkey on messages m");
            BOOST_TEST(found != std::string::npos, text);
            if (count > 0) BOOST_TEST(reported < found, text);
        }
    }
}

BOOST_AUTO_TEST_SUITE_END()
