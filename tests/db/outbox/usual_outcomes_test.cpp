#include "db/outbox/outbox.hpp"
#include "db/outbox/outcomes.hpp"
#include "db/postgres/database.hpp"
#include "db/postgres/transaction.hpp"
#include "tests/support/claims.hpp"
#include "tests/support/coroutine.hpp"
#include "tests/support/polling.hpp"
#include "tests/support/postgres.hpp"

#include <boost/test/unit_test.hpp>
#include <pqxx/connection>
#include <pqxx/transaction>

#include <chrono>
#include <future>
#include <string>
#include <vector>

namespace
{

using namespace waybill;
using Outcomes = std::vector<db::SendOutcome>;

constexpr int message_states = 40; // each status, with and without what a receipt leaves, of this claim and of another
constexpr int outcome_kinds = 8;
const db::Time reported_at{std::chrono::sys_days{std::chrono::year{2026} / 11 / 1}};

struct Fixture
{
    test::TestDatabase postgres;
    db::Database database{postgres.options()}, outcome_database{postgres.receipt_options()};
    db::Outbox outbox{database, outcome_database, nullptr, nullptr};

    Fixture() { postgres.exec("update event_demand set endpoints = true"); }

    // A campaign with a message in each state for each kind of outcome, each claimed for the second time.
    Outcomes outcomes_of_campaign_in_all_states(const std::string& public_id)
    {
        test::make_campaign(postgres, message_states * outcome_kinds, public_id);
        const std::string of_it = " and campaign_id = (select max(id) from campaigns)";
        postgres.exec("update messages set status = (enum_range(null::message_status))[row_number % 40 / 4 + 1], "
                      "error_code = case when status = 'failed' then 30001 end, "
                      "claimed_at = '2026-10-31 23:59:50Z' where true" +
                      of_it);
        postgres.exec("update messages set accepted_at = '2026-10-31 23:59:55Z', sid = 'SM of a receipt' "
                      "where row_number % 2 = 1" +
                      of_it);
        postgres.exec("update messages set lookup_at = '2026-11-01 00:02:50Z' where status = 'unknown'" + of_it);
        postgres.exec("update outbox set leased_until = '2026-11-01 00:01:00Z', attempts = 2 where true" + of_it);
        postgres.exec("update outbox o set attempts = 3 from messages m where m.id = o.message_id and "
                      "m.row_number % 4 >= 2 and m.campaign_id = (select max(id) from campaigns)");
        postgres.exec("insert into campaign_budgets select max(id), 1000 from campaigns");
        const std::int64_t campaign = postgres.number("select max(id) from campaigns");
        Outcomes outcomes;
        for (const db::MessageId id : test::message_ids(postgres, public_id)) {
            const auto place = static_cast<int>(outcomes.size());
            outcomes.push_back(outcome(id, place / message_states, place));
            outcomes.back().campaign_id = campaign;
        }
        return outcomes;
    }

    static db::SendOutcome outcome(db::MessageId id, int kind, int place)
    {
        db::SendOutcome made = accepted(id, 2, "SM" + std::to_string(place));
        made.entry.at = reported_at + std::chrono::seconds(place);
        if (kind == 1) made.entry.word = "accepted";
        if (kind == 2) made.entry.segments = 1;
        if (kind == 3) {
            made.entry.segments = 3;
            made.segments_back = -2;
        }
        if (kind == 4) made.retry_at = reported_at + std::chrono::hours(1);
        if (kind == 5) made.dropped = true;
        if (kind < 6) return made;
        made.entry.status = kind == 6 ? db::MessageStatus::failed : db::MessageStatus::unknown;
        made.entry.word = db::name_of(*made.entry.status);
        made.entry.proves_acceptance = false;
        made.entry.sid.clear();
        if (kind == 6) made.entry.error_code = 30003;
        return made;
    }

    static db::SendOutcome accepted(db::MessageId id, int attempt, const std::string& sid)
    {
        db::SendOutcome made;
        made.entry.message_id = id;
        made.attempt = attempt;
        made.entry.at = reported_at;
        made.entry.status = db::MessageStatus::accepted;
        made.entry.word = "queued";
        made.entry.proves_acceptance = true;
        made.entry.sid = sid;
        return made;
    }

    Outcomes claim_and_accept(int count)
    {
        Outcomes outcomes;
        for (const db::ClaimedMessage& message : test::run(outbox.claim(test::claim_request(count))).messages)
            outcomes.push_back(accepted(message.id, message.attempt, "SM" + std::to_string(message.id)));
        return outcomes;
    }

    void record_carefully(const Outcomes& outcomes)
    {
        test::run(
            database.transact([&outcomes](db::Transaction& tx) { return db::record_outcomes(tx, outcomes).size(); }));
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

    void check_that_both_are_alike()
    {
        const std::vector<std::string> none;
        const std::string messages = "messages m join campaigns c on c.id = m.campaign_id";
        const std::pair<std::string, std::string> tables[] = {
            {"row_number, m.status, conflicting, lookup_at, sid, error_code, segments, price_micros, claimed_at, "
             "accepted_at, sent_at, m.completed_at, read_at",
             messages},
            {"row_number, o.due_at > '2026-11-01', o.due_at > now(), leased_until, attempts, budget_day, unsent",
             "outbox o join " + messages + " on m.id = o.message_id"},
            {"row_number, e.received_at, source, e.error_code, e.status, e.sid, raw_dlr_done_date, idempotency_token, "
             "extra, fingerprint",
             "message_history e join " + messages + " on m.id = e.message_id"},
            {"row_number, e.at, e.kind, e.error_code", "new_events e join " + messages + " on m.id = e.message_id"},
            {"k.pending, k.sending, k.unknown, k.accepted, k.sent, k.delivered, k.undelivered, k.failed, k.canceled, "
             "k.read, k.ever_accepted, k.accepted_segments, k.priced, k.price_micros, k.final_by_receipt, "
             "k.final_by_lookup, c.status, b.segments_left",
             "campaign_figures k join campaigns c on c.id = k.campaign_id join campaign_budgets b on b.campaign_id = "
             "c.id"},
            {"kind, key, count", "tally_figures t join campaigns c on c.id = t.campaign_id"}};
        for (const auto& [columns, from] : tables)
            BOOST_TEST(differences(columns, from) == none, boost::test_tools::per_element());
    }

    std::string plan_of_record_accepted()
    {
        pqxx::connection connection(db::connection_string(postgres.url(), std::chrono::seconds(10), true));
        for (const db::StatementText& statement : db::all_statements())
            if (statement.name == "record_accepted") db::prepare_now(connection, statement.name, statement.sql);
        pqxx::work session(connection);
        std::string text;
        for (const pqxx::row& line :
             session.exec("explain (costs off) execute record_accepted (null, null, null, null, null, null, null, "
                          "null, null, null)"))
            text += line[0].as<std::string>() + "\n";
        return text;
    }
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(usual_outcomes, Fixture)

BOOST_AUTO_TEST_CASE(whatever_the_message_was_before_the_usual_way_ends_as_the_careful_one)
{
    test::run(outbox.settle(outcomes_of_campaign_in_all_states("one")));
    record_carefully(outcomes_of_campaign_in_all_states("other"));
    check_that_both_are_alike();
    BOOST_TEST(postgres.number("select count(*) from message_history where source = 'send'") ==
               2 * message_states * (outcome_kinds - 2));
}

BOOST_AUTO_TEST_CASE(outcomes_that_come_alone_or_again_end_as_in_the_careful_way)
{
    const Outcomes outcomes = outcomes_of_campaign_in_all_states("one");
    for (const db::SendOutcome& each : outcomes)
        test::run(outbox.settle(std::vector{each}));
    test::run(outbox.settle(outcomes));
    record_carefully(outcomes_of_campaign_in_all_states("other"));
    check_that_both_are_alike();
}

BOOST_AUTO_TEST_CASE(the_usual_way_takes_what_is_sending_and_leaves_all_else_as_it_was)
{
    const Outcomes outcomes = outcomes_of_campaign_in_all_states("one");
    const db::UsualOutcomes usual = test::run(outcome_database.autocommit(
        [&outcomes](db::Transaction& tx) { return db::record_accepted(tx, outcomes, db::Ticket()); }));
    // One of the forty states, for each of three kinds: sending, of this claim, and no receipt has come.
    BOOST_TEST(usual.kept.size() == 3U);
    BOOST_TEST(postgres.number("select count(*) from message_history") == 3);
    BOOST_TEST(postgres.value("select string_agg(distinct status::text, ' ') from messages where accepted_at = "
                              "from_micros(extract(epoch from accepted_at)::bigint * 1000000) and sid ~ '^SM\\d'") ==
               "accepted");
    BOOST_TEST(postgres.number("select count(*) from messages where sid ~ '^SM\\d'") == 3);
    // Those of which a receipt has come have left the outbox as well.
    BOOST_TEST(postgres.number("select count(*) from outbox") == message_states * outcome_kinds - 6);
    BOOST_TEST(db::all_but(usual.kept, outcomes).size() == outcomes.size() - 3);
}

BOOST_AUTO_TEST_CASE(a_receipt_that_comes_at_this_very_moment_is_not_taken_back)
{
    test::make_campaign(postgres, 2);
    const Outcomes outcomes = claim_and_accept(2);
    pqxx::connection session(postgres.url());
    pqxx::work receipt(session);
    receipt.exec("update messages set status = 'sent', accepted_at = now(), sent_at = now() where id = " +
                 std::to_string(outcomes[0].entry.message_id));
    receipt.exec("update campaign_counters set sending = sending - 1, sent = sent + 1, ever_accepted = 1, "
                 "accepted_segments = 1");
    auto settled = std::async(std::launch::async, [&] { return test::run(outbox.settle(outcomes)); });
    test::wait_until("the outcome waits for the receipt", [this] {
        return postgres.number("select count(*) from pg_stat_activity where datname = current_database() and "
                               "wait_event_type = 'Lock'") == 1;
    });
    receipt.commit();
    BOOST_TEST(settled.get().size() == 1U); // the campaign has nothing left to send
    BOOST_TEST(postgres.value("select string_agg(status::text, ' ' order by status) from messages where sid is not "
                              "null or status = 'sent'") == "accepted sent");
    BOOST_TEST(postgres.number("select count(*) from message_history where source = 'send' and sid is not null") == 2);
    BOOST_TEST(postgres.number("select count(*) from outbox") == 0);
    BOOST_TEST(postgres.counter_faults() == "");
}

BOOST_AUTO_TEST_CASE(two_outcomes_of_a_message_in_a_batch_are_both_kept)
{
    test::make_campaign(postgres, 1);
    Outcomes outcomes = claim_and_accept(1);
    outcomes.push_back(outcomes[0]);
    outcomes[1].entry.at += std::chrono::seconds(1);
    BOOST_TEST(test::run(outbox.settle(outcomes)).size() == 1U);
    BOOST_TEST(postgres.number("select count(*) from message_history") == 2);
    BOOST_TEST(postgres.counter_faults() == "");
}

BOOST_AUTO_TEST_CASE(what_PostgreSQL_refuses_does_not_keep_the_ticket_from_others)
{
    test::make_campaign(postgres, 2);
    Outcomes outcomes = claim_and_accept(2);
    outcomes[0].entry.sid = "SM\xff";
    BOOST_CHECK_THROW(test::run(outbox.settle(outcomes)), db::DataError);
    BOOST_TEST(postgres.number("select count(*) from outbox") == 2);
    BOOST_TEST(test::run(outbox.settle(std::vector{outcomes[1]})).empty());
    BOOST_TEST(postgres.number("select count(*) from outbox") == 1);
    BOOST_TEST(postgres.counter_faults() == "");
}

// So that they are locked in the order of their ids, and a plan that was made for a few does for millions.
BOOST_AUTO_TEST_CASE(rows_are_found_by_their_key_in_tables_of_any_size)
{
    for (const int count : {0, 0, 2, 100}) {
        if (count > 0) test::make_campaign(postgres, count, std::to_string(count));
        for (const char* analysed : {"", "vacuum analyze"}) {
            postgres.exec(analysed);
            const std::string text = plan_of_record_accepted();
            for (const char* other : {"Hash Join", "Merge Join", "Seq Scan"})
                BOOST_TEST(text.find(other) == std::string::npos, text);
            for (const char* found :
                 {"Index Scan using outbox_pkey on outbox o", "Index Scan using messages_pkey on messages m"})
                BOOST_TEST(text.find(found) != std::string::npos, text);
        }
    }
}

BOOST_AUTO_TEST_SUITE_END()
