#include "db/journal/tickets.hpp"

#include "db/messages/inbound.hpp"
#include "db/receipts/reconciliation.hpp"
#include "db/upkeep/history_losses.hpp"
#include "server/tracking/receipt_keeper.hpp"
#include "tests/support/captured_log.hpp"
#include "tests/support/directory.hpp"
#include "tests/support/outbox_fixture.hpp"
#include "tests/support/receipts.hpp"

#include <boost/asio/detached.hpp>
#include <boost/test/unit_test.hpp>

#include <filesystem>
#include <optional>

namespace
{

using namespace waybill;
using test::run;

// A Waybill, as far as the history guard knows it. It can be ended and begun again: its directory stays.
struct Process
{
    db::Database& database;
    test::TestDirectory directory;
    std::optional<db::Tickets> tickets;

    explicit Process(db::Database& used) : database(used) { begin(); }

    void begin()
    {
        tickets.reset();
        tickets.emplace(directory.path());
        run(tickets->begin(database));
    }
    db::Claim claim(int limit)
    {
        db::Outbox outbox(database, &*tickets);
        return run(outbox.claim(test::OutboxFixture::paced_request(1'000, limit)));
    }
    void say_alive()
    {
        run(database.transact([this](db::Transaction& tx) { tickets->say_alive(tx); }));
    }
    void say_ended()
    {
        run(database.transact([this](db::Transaction& tx) { tickets->say_ended(tx); }));
    }
    std::size_t claimed(int limit) { return claim(limit).messages.size(); }
    bool is_stopped() { return !claim(1).history_lost.empty(); }
};

struct Fixture : test::OutboxFixture
{
    test::CapturedLog log;
    Process one{database};

    Fixture() { test::make_campaign(postgres, 100); }

    // The tables as they were at this moment, as a standby that lags has them, or a backup.
    void keep_copy() const { postgres.exec("create table kept_tickets as table tickets"); }
    void return_to_copy() const
    {
        postgres.exec(
            "truncate tickets, history_losses, history_answers; insert into tickets select * from kept_tickets");
    }
    void decide() { BOOST_TEST(run(db::accept_losses(database, test::tester())) > 0); }
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(tickets, Fixture)

BOOST_AUTO_TEST_CASE(while_nothing_is_lost_each_writer_rises_and_a_restart_continues)
{
    const std::vector<db::ClaimedMessage> messages = one.claim(3).messages;
    BOOST_TEST(messages.size() == 3U);
    BOOST_TEST(one.claimed(3) == 3U);
    BOOST_TEST(postgres.number("select number from tickets where writer = 'claims'") == 2);
    one.begin();
    BOOST_TEST(one.claimed(3) == 3U);
    BOOST_TEST(postgres.number("select number from tickets where writer = 'claims'") == 3);
    BOOST_TEST(postgres.number("select count(distinct process) from tickets") == 1);
    BOOST_TEST(log.lines("journal.lost").empty());
}

BOOST_AUTO_TEST_CASE(a_claim_that_finds_nothing_writes_nothing)
{
    postgres.exec("delete from outbox");
    BOOST_TEST(one.claimed(3) == 0U);
    BOOST_TEST(postgres.number("select max(number) from tickets") == 0);
}

BOOST_AUTO_TEST_CASE(a_database_that_is_behind_stops_claims_until_an_operator_decides)
{
    one.claim(2);
    keep_copy();
    one.claim(2);
    return_to_copy();
    BOOST_TEST(one.claim(2).messages.empty());
    BOOST_TEST(one.is_stopped());
    BOOST_TEST(one.tickets->loss().find("1 commit of this Waybill") != std::string::npos, one.tickets->loss());
    BOOST_TEST(log.lines("database.history_lost").size() == 1U);
    BOOST_TEST(run(db::open_losses(database)).size() == 1U);

    one.begin(); // a restart forgets nothing
    BOOST_TEST(one.is_stopped());
    decide();
    BOOST_TEST(one.claimed(2) == 2U);
    BOOST_TEST(one.tickets->loss() == "");
    one.begin();
    BOOST_TEST(one.claimed(2) == 2U);
    BOOST_TEST(postgres.number("select count(*) from audit_log where action = 'history.accept'") == 1);
}

BOOST_AUTO_TEST_CASE(a_row_that_is_gone_is_a_loss_and_one_that_was_never_raised_is_none)
{
    postgres.exec("delete from tickets");
    BOOST_TEST(!one.is_stopped());
    one.begin();
    one.claim(2);
    postgres.exec("delete from tickets");
    BOOST_TEST(one.is_stopped());
}

BOOST_AUTO_TEST_CASE(outcomes_and_receipts_are_missed_too_and_what_comes_later_does_not_hide_it)
{
    accept(one.claim(1).messages); // without tickets
    db::Outbox outbox(database, &*one.tickets);
    db::ReceiptStore store(database, test::account_sid, &*one.tickets);
    keep_copy();
    const db::MessageId id = test::message_ids(postgres)[0];
    const std::vector<db::Receipt> receipts{test::receipt(id, "delivered")};
    run(store.apply(receipts));
    BOOST_TEST(postgres.number("select number from tickets where writer = 'receipts'") > 0);
    return_to_copy();
    const std::vector<db::Receipt> later{test::receipt(id, "read")};
    run(store.apply(later));
    BOOST_TEST(one.is_stopped());
    BOOST_TEST(store.history_lost() != "");
}

BOOST_AUTO_TEST_CASE(of_two_processes_the_one_that_reconnects_first_stops_if_it_has_seen_the_other_rise)
{
    Process two(database);
    two.claim(2);
    keep_copy();
    two.claim(2);
    one.claim(0); // looks
    return_to_copy();
    BOOST_TEST(one.is_stopped());
    BOOST_TEST(two.is_stopped());
    decide();
    BOOST_TEST(one.claimed(2) == 2U);
    BOOST_TEST(two.claimed(2) == 2U); // one decision is enough
}

BOOST_AUTO_TEST_CASE(otherwise_it_stops_as_soon_as_the_other_has_noticed)
{
    Process two(database);
    keep_copy();
    two.claim(2);
    return_to_copy();
    BOOST_TEST(one.claimed(2) == 2U);
    BOOST_TEST(two.is_stopped());
    BOOST_TEST(one.is_stopped());
    one.begin(); // nor does a restart help
    BOOST_TEST(one.is_stopped());
}

BOOST_AUTO_TEST_CASE(a_lost_directory_is_reported_and_proves_nothing)
{
    one.claim(2);
    std::filesystem::remove_all(one.directory.path());
    one.begin();
    BOOST_TEST(log.lines("journal.lost").size() == 1U);
    BOOST_TEST(!one.is_stopped());
    one.begin();
    BOOST_TEST(log.lines("journal.lost").size() == 1U);
}

BOOST_AUTO_TEST_CASE(another_database_is_no_loss)
{
    one.claim(2);
    postgres.exec("delete from tickets; update database_identity set id = gen_random_uuid()");
    one.begin();
    BOOST_TEST(!one.is_stopped());
}

BOOST_AUTO_TEST_CASE(replies_have_tickets_also_when_one_overtakes_another)
{
    boost::asio::io_context context(1);
    db::Inbound inbound(context.get_executor(), database, std::chrono::seconds(10), &*one.tickets);
    const auto reply = [](const std::string& sid) {
        db::InboundMessage message;
        message.sid = sid;
        message.from = "+15550100000";
        message.to = "+15005550006";
        message.received_at = std::chrono::system_clock::now();
        return message;
    };
    for (int number = 0; number < 8; ++number)
        boost::asio::co_spawn(context, inbound.keep(reply("SM" + std::to_string(number))), boost::asio::detached);
    context.run();
    BOOST_TEST(postgres.number("select count(*) from inbound_messages") == 8);
    BOOST_TEST(postgres.number("select number from tickets where writer = 'replies'") ==
               one.tickets->confirmed(db::TicketWriter::replies));
    BOOST_TEST(one.tickets->confirmed(db::TicketWriter::replies) >= 8);
    keep_copy();
    context.restart();
    run(context, inbound.keep(reply("SMlast")));
    return_to_copy();
    BOOST_TEST(one.is_stopped());
}

BOOST_AUTO_TEST_CASE(a_loss_is_decided_without_an_operator_once_all_that_ran_have_answered)
{
    Process two(database);
    Process ended(database);
    for (Process* each : {&one, &two, &ended})
        each->say_alive();
    ended.say_ended();
    one.claim(2);
    keep_copy();
    one.claim(2);
    return_to_copy();
    BOOST_TEST(one.is_stopped());
    BOOST_TEST(two.is_stopped());
    one.say_alive(); // not while something is lost
    BOOST_TEST(!run(db::answer_losses(database, one.tickets->gap().process, {})));
    BOOST_TEST(one.is_stopped());
    BOOST_TEST(!run(db::answer_losses(database, two.tickets->gap().process, {"gone"})));
    BOOST_TEST(run(db::answer_losses(database, two.tickets->gap().process, {})));
    BOOST_TEST(one.claimed(2) == 2U);
    BOOST_TEST(two.claimed(2) == 2U);
}

BOOST_AUTO_TEST_CASE(what_may_have_left_becomes_unknown_and_what_is_settled_stays)
{
    const std::vector<db::ClaimedMessage> claimed = one.claim(3).messages;
    accept({claimed[0]});
    postgres.exec("update messages set status = 'pending', claimed_at = null where id = " +
                  std::to_string(claimed[1].id));
    postgres.exec("update outbox set leased_until = null where message_id = " + std::to_string(claimed[1].id));
    postgres.exec("update campaign_counters set pending = pending + 1, sending = sending - 1");
    std::vector<db::RecentClaim> claims;
    claims.reserve(claimed.size() + 1);
    for (const db::ClaimedMessage& message : claimed)
        claims.push_back({message.id, std::chrono::system_clock::now()});
    claims.push_back({1, std::chrono::system_clock::now()}); // of a campaign that was lost as a whole
    const std::vector<db::MessageId> given_up = run(db::give_up_claims(database, claims));
    BOOST_TEST(given_up.size() == 2U);
    BOOST_TEST(postgres.number("select count(*) from messages where status = 'unknown' and claimed_at is not null "
                               "and lookup_at <= now()") == 2);
    BOOST_TEST(postgres.number("select count(*) from messages where status = 'accepted'") == 1);
    BOOST_TEST(postgres.number("select count(*) from outbox") == 97);
    BOOST_TEST(postgres.counter_faults() == "");
    BOOST_TEST(run(db::count_not_looked_up(database, given_up)) == 2);
    BOOST_TEST(run(db::give_up_claims(database, claims)) == given_up); // a second attempt
    db::LookupOutcome outcome{.message_id = given_up[0], .entry = db::HistoryEntry(), .look_again = {}};
    outcome.entry->message_id = given_up[0];
    outcome.entry->word = "not found";
    run(db::Reconciliation(database).record(outcome));
    BOOST_TEST(run(db::give_up_claims(database, claims)) == std::vector<db::MessageId>{given_up[1]});
    BOOST_TEST(run(db::count_not_looked_up(database, given_up)) == 1);
}

BOOST_AUTO_TEST_CASE(while_history_is_lost_receipts_wait_in_the_journal)
{
    one.claim(1);
    keep_copy();
    one.claim(1);
    return_to_copy();
    BOOST_TEST(one.is_stopped());
    boost::asio::io_context context(1);
    db::Journal journal(one.directory.path(), 1 << 20);
    run(context, journal.open());
    tracking::ReceiptKeeper keeper(context.get_executor(), db::ReceiptStore(database, test::account_sid, &*one.tickets),
                                   journal, std::chrono::seconds(2));
    const db::MessageId id = test::message_ids(postgres)[0];
    run(context, keeper.keep(test::receipt(id, "delivered")));
    BOOST_TEST(journal.records() == 1);
    BOOST_TEST(postgres.value("select status from messages where id = " + std::to_string(id)) == "sending");
    decide();
    BOOST_TEST(!one.is_stopped());
    run(context, keeper.keep(test::receipt(id, "sent")));
    BOOST_TEST(journal.records() == 1);
}

BOOST_AUTO_TEST_SUITE_END()
