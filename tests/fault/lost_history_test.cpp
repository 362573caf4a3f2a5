#include "db/messages/inbound.hpp"
#include "db/outbox/outbox.hpp"
#include "db/receipts/reconciliation.hpp"
#include "db/receipts/store.hpp"
#include "server/sending/outcome.hpp"
#include "server/tracking/history_recovery.hpp"
#include "tests/fault/standby_pair.hpp"
#include "tests/support/coroutine.hpp"
#include "tests/support/directory.hpp"
#include "tests/support/outbox_fixture.hpp"
#include "tests/support/polling.hpp"
#include "tests/support/postgres_server.hpp"
#include "tests/support/receipts.hpp"

#include <boost/asio/detached.hpp>
#include <boost/test/unit_test.hpp>

#include <functional>
#include <memory>
#include <optional>
#include <set>

using namespace waybill;
using namespace waybill::test;
using namespace std::chrono_literals;

namespace
{

constexpr int all_messages = 100;

const boost::unit_test::precondition has_pg_ctl([](auto) { return PostgresServer::may_be_stopped(); });

db::DatabaseOptions options_of(const std::string& url)
{
    db::DatabaseOptions options;
    options.url = url;
    return options;
}

// A Waybill without its network: what it commits, and what it keeps of it.
struct Process
{
    boost::asio::io_context& context;
    db::Database database;
    db::Database receipt_database; // its connections may be dead when those of the other are not
    TestDirectory directory;
    std::unique_ptr<db::Tickets> tickets;
    std::unique_ptr<db::RecentCommits> recent;
    std::optional<db::Inbound> replies, plain_replies;
    std::optional<tracking::HistoryRecovery> recovery;
    config::BackgroundTask task;
    std::set<db::MessageId> texted;
    bool asks_twilio = false;

    Process(boost::asio::io_context& loop, const std::string& url, std::chrono::minutes keep)
        : context(loop), database(options_of(url)), receipt_database(options_of(url))
    {
        begin(keep);
    }
    void begin(std::chrono::minutes keep)
    {
        asks_twilio = false;
        tickets = std::make_unique<db::Tickets>(directory.path());
        recent = std::make_unique<db::RecentCommits>(directory.path(), keep, 1 << 24);
        run(context, tickets->begin(database));
        run(context, recent->open(tickets->gap().process, tickets->gap().confirmed));
        replies.emplace(context.get_executor(), database, 10s, tickets.get(), recent.get());
        plain_replies.emplace(context.get_executor(), database, 10s);
        recovery.emplace(context.get_executor(),
                         tracking::HistoryRecovery::Parts{.database = database,
                                                          .tickets = *tickets,
                                                          .recent = *recent,
                                                          .receipts = db::ReceiptStore(receipt_database, account_sid),
                                                          .replies = *plain_replies,
                                                          .is_sending = [] { return false; },
                                                          .has_look_ups = [this] { asks_twilio = true; }});
        task = recovery->task();
        boost::asio::co_spawn(context, task.run(), boost::asio::detached);
        context.restart();
        context.run_for(50ms); // its first sign of life
    }
    void end()
    {
        task.stop();
        context.restart();
        context.run();
        run(context, tickets->save());
    }
    db::Outbox outbox() { return db::Outbox(database, tickets.get(), recent.get()); }

    // They leave: no one may get a second text.
    std::vector<db::ClaimedMessage> send(int count)
    {
        db::Outbox sending = outbox();
        std::vector<db::ClaimedMessage> messages =
            run(context, sending.claim(OutboxFixture::paced_request(1'000, count))).messages;
        std::vector<db::Lease> leases;
        for (const db::ClaimedMessage& message : messages) {
            leases.push_back({message.id, message.attempt, true});
            BOOST_TEST(texted.insert(message.id).second);
        }
        run(context, sending.permits(leases));
        return messages;
    }
    void accept(const std::vector<db::ClaimedMessage>& messages)
    {
        std::vector<db::SendOutcome> outcomes;
        for (const db::ClaimedMessage& message : messages) {
            const twilio::Accepted accepted{"SM" + std::to_string(message.id), "queued", message.segments};
            outcomes.push_back(sending::decide(message, accepted, std::chrono::system_clock::now(), 0));
        }
        db::Outbox sending = outbox();
        run(context, sending.settle(outcomes));
    }
    void deliver(const std::vector<db::ClaimedMessage>& messages)
    {
        db::ReceiptStore store(receipt_database, account_sid, tickets.get(), recent.get());
        std::vector<db::Receipt> receipts;
        receipts.reserve(messages.size());
        for (const db::ClaimedMessage& message : messages)
            receipts.push_back(receipt(message.id, "delivered"));
        run(context, store.apply(receipts));
    }
    void stop_by(const std::string& number)
    {
        db::InboundMessage reply;
        reply.sid = "SM" + number;
        reply.received_at = std::chrono::system_clock::now();
        reply.from = number;
        reply.from_is_number = true;
        reply.to = "+15005550006";
        reply.body = "STOP";
        reply.keyword = db::Keyword::stop;
        run(context, replies->keep(std::move(reply)));
    }
    // Twilio has each message that is asked about.
    void answer_look_ups()
    {
        db::Reconciliation reconciliation(database);
        for (const db::MessageId id : run(context, reconciliation.due(std::chrono::system_clock::now(), 1'000))) {
            db::LookupOutcome outcome;
            outcome.message_id = id;
            outcome.entry.emplace();
            outcome.entry->message_id = id;
            outcome.entry->at = std::chrono::system_clock::now();
            outcome.entry->word = "sent";
            outcome.entry->status = db::MessageStatus::sent;
            outcome.entry->proves_acceptance = true;
            outcome.entry->sid = "SM" + std::to_string(id);
            run(context, reconciliation.record(std::move(outcome)));
        }
    }
    bool is_stopped()
    {
        db::Outbox sending = outbox();
        return !run(context, sending.claim(OutboxFixture::paced_request(1'000, 0))).history_lost.empty();
    }
};

struct LostHistoryFixture
{
    TestDatabase original;
    db::CreatedCampaign campaign = make_campaign(original, all_messages);
    StandbyPair pair{original, StandbyPair::Second::asynchronous};
    boost::asio::io_context context{1};

    const TestDatabase& promoted() const { return pair.standby(); }
    void fail_over()
    {
        pair.kill_primary();
        pair.promote();
    }
    std::int64_t decided() const
    {
        return promoted().number("select count(*) from history_losses where decided_by = 'waybill'");
    }
    std::int64_t with_status(const std::string& status) const
    {
        return promoted().number("select count(*) from messages where status = '" + status + "'");
    }
    void run_until(const std::function<bool()>& condition)
    {
        const auto deadline = std::chrono::steady_clock::now() + 60s;
        while (!condition() && std::chrono::steady_clock::now() < deadline) {
            context.restart();
            context.run_for(100ms);
        }
        BOOST_TEST(condition());
    }
    // Sent, received and answered while the standby gets nothing more.
    void lose_what(Process& waybill)
    {
        pair.stop_receiving();
        waybill.accept(waybill.send(10)); // known to the standby as pending
        const std::vector<db::ClaimedMessage> delivered = waybill.send(10);
        waybill.accept(delivered);
        waybill.deliver(delivered);
        waybill.send(5); // their outcomes are not recorded
        waybill.stop_by("+15550100000");
    }
    void check_that_it_is_given_back(Process& waybill)
    {
        BOOST_TEST(waybill.is_stopped());
        run_until([&] { return waybill.asks_twilio; });
        BOOST_TEST(with_status("delivered") == 10);
        BOOST_TEST(with_status("unknown") == 15);
        BOOST_TEST(promoted().number("select count(*) from message_history where source = 'receipt'") == 10);
        BOOST_TEST(promoted().value("select source from opt_outs where phone_number = '+15550100000'") == "reply");
        BOOST_TEST(decided() == 0); // Twilio was not asked yet
        BOOST_TEST(waybill.is_stopped());
        waybill.answer_look_ups();
        BOOST_TEST(with_status("unknown") == 0);
        run_until([&] { return decided() == 1; });
        BOOST_TEST(!waybill.is_stopped());
        while (!waybill.send(20).empty()) {
        }
        BOOST_TEST(waybill.texted.size() == static_cast<std::size_t>(all_messages));
        BOOST_TEST(promoted().counter_faults() == "");
    }
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(lost_history, LostHistoryFixture, *has_pg_ctl)

BOOST_AUTO_TEST_CASE(a_promoted_standby_gets_what_it_lacks_no_one_is_texted_twice_and_sending_resumes)
{
    Process waybill(context, pair.url(), 10min);
    waybill.accept(waybill.send(10));
    wait_until("the standby has it", [this] { return with_status("accepted") == 10; });
    lose_what(waybill);
    fail_over();
    check_that_it_is_given_back(waybill);
    waybill.end();
}

BOOST_AUTO_TEST_CASE(one_that_ends_after_it_has_given_up_its_claims_still_waits_for_their_look_ups_when_it_is_back)
{
    Process waybill(context, pair.url(), 10min);
    wait_until("the standby knows that it runs",
               [this] { return promoted().number("select count(*) from tickets where alive_at is not null") == 1; });
    lose_what(waybill);
    fail_over();
    BOOST_TEST(waybill.is_stopped());
    run_until([&] { return waybill.asks_twilio; });
    waybill.end();
    waybill.begin(10min);
    check_that_it_is_given_back(waybill);
    waybill.end();
}

BOOST_AUTO_TEST_CASE(one_that_keeps_nothing_leaves_the_decision_to_an_operator)
{
    Process waybill(context, pair.url(), 10min);
    Process other(context, pair.url(), 0min);
    wait_until("the standby knows that both run",
               [this] { return promoted().number("select count(*) from tickets where alive_at is not null") == 2; });
    lose_what(waybill);
    fail_over();
    BOOST_TEST(waybill.is_stopped());
    BOOST_TEST(other.is_stopped());
    run_until([&] { return waybill.asks_twilio; });
    waybill.answer_look_ups();
    run_until([&] { return promoted().number("select count(*) from history_answers") == 1; });
    BOOST_TEST(decided() == 0);
    BOOST_TEST(waybill.is_stopped());
    waybill.task.stop();
    other.end();
}

BOOST_AUTO_TEST_SUITE_END()
