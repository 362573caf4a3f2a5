#include "db/events/events.hpp"

#include "db/campaigns/control.hpp"
#include "db/events/deliveries.hpp"
#include "db/events/endpoints.hpp"
#include "db/receipts/store.hpp"
#include "tests/support/coroutine.hpp"
#include "tests/support/postgres.hpp"
#include "tests/support/receipts.hpp"

#include <boost/test/unit_test.hpp>
#include <pqxx/connection>
#include <pqxx/transaction>

#include <string>
#include <vector>

namespace
{

using namespace waybill;
using test::receipt;

db::DeliveryRecord record(db::EventNumber number, db::DeliveryState state = db::DeliveryState::delivered)
{
    db::DeliveryRecord made;
    made.number = number;
    made.order_key = 7;
    made.state = state;
    made.attempts = 1;
    return made;
}

struct Fixture
{
    test::TestDatabase postgres;
    db::Database database{postgres.options()}, receipt_database{postgres.receipt_options()};
    db::ReceiptStore store{receipt_database, test::account_sid};
    db::Events events{database};
    db::Endpoints endpoints{database};
    db::Deliveries deliveries{database};

    std::vector<db::MessageId> accepted_messages(int count)
    {
        test::make_campaign(postgres, count);
        postgres.exec("update messages set status = 'accepted', claimed_at = now(), accepted_at = now(); "
                      "update campaign_counters set accepted = pending, ever_accepted = pending, "
                      "accepted_segments = pending, pending = 0");
        return test::message_ids(postgres);
    }

    void apply(const std::vector<db::Receipt>& receipts) { test::run(store.apply(receipts)); }

    db::Endpoint add_endpoint(std::vector<std::string> kinds = {})
    {
        db::NewEndpoint endpoint{"https://shop.example.com/", "", "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", {}};
        endpoint.filter.kinds = std::move(kinds);
        return test::run(endpoints.add(std::move(endpoint), test::tester()));
    }

    int number() { return test::run(events.number(1'000)).count; }

    // The kinds of events, in their order.
    std::string kinds(const std::string& like = "%")
    {
        while (number() > 0)
            continue;
        return postgres.value(
            "select coalesce(string_agg(kind, ' ' order by number), '') from events where kind like '" + like + "'");
    }
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(outgoing_events, Fixture)

BOOST_AUTO_TEST_CASE(while_no_one_wants_them_messages_make_no_events)
{
    const auto ids = accepted_messages(3);
    apply({receipt(ids[0], "sent"), receipt(ids[1], "delivered"), receipt(ids[2], "failed", 21610)});
    BOOST_TEST(kinds("message.%") == "");
    add_endpoint({"campaign.started"});
    apply({receipt(ids[0], "delivered")});
    BOOST_TEST(kinds("message.%") == "");
}

BOOST_AUTO_TEST_CASE(each_status_that_a_message_reaches_is_an_event_with_its_error)
{
    const auto ids = accepted_messages(3);
    add_endpoint({"message.delivered"});
    apply({receipt(ids[0], "sent"), receipt(ids[1], "sent")});
    apply({receipt(ids[0], "delivered"), receipt(ids[1], "undelivered", 30003), receipt(ids[0], "sent")});
    apply({receipt(ids[2], "read"), receipt(ids[2], "delivered")}); // the careful way
    BOOST_TEST(kinds("message.%") == "message.sent message.sent message.delivered message.undelivered message.read");
    BOOST_TEST(postgres.number("select error_code from events where kind = 'message.undelivered'") == 30003);
    const auto read = test::run(events.read(0, 100));
    BOOST_TEST(read.back().recipient == "+15550100002");
    BOOST_TEST(read.back().campaign == "sms_1_test01");
    BOOST_TEST(read.back().message_id.value() == ids[2]);
}

BOOST_AUTO_TEST_CASE(who_reads_the_feed_wants_the_events_of_messages_for_a_time)
{
    const auto ids = accepted_messages(2);
    test::run(events.want_feed(std::chrono::hours(1)));
    apply({receipt(ids[0], "sent")});
    BOOST_TEST(kinds("message.%") == "message.sent");
    postgres.exec("update event_demand set feed_until = now() - interval '1 second'");
    apply({receipt(ids[1], "sent")});
    BOOST_TEST(kinds("message.%") == "message.sent");
}

BOOST_AUTO_TEST_CASE(a_campaign_says_when_it_starts_pauses_and_ends)
{
    const std::string id = test::make_campaign(postgres, 2).public_id;
    BOOST_TEST(kinds() == "campaign.started");
    db::CampaignControl control(database);
    test::run(control.pause(id, test::tester()));
    postgres.exec("update campaigns set status = 'sending', paused_at = null");
    test::run(control.cancel(id, test::tester()));
    BOOST_TEST(kinds() == "campaign.started campaign.paused campaign.resumed campaign.canceled");
}

BOOST_AUTO_TEST_CASE(a_scheduled_campaign_starts_when_its_time_has_come)
{
    postgres.exec("insert into event_demand default values on conflict do nothing");
    test::make_campaign(postgres, 2);
    postgres.exec("delete from new_events; "
                  "update campaigns set start_noted_at = null, send_at = now() + interval '1 hour'");
    BOOST_TEST(kinds() == "");
    postgres.exec("alter table campaigns disable trigger campaigns_start; "
                  "update campaigns set send_at = now() - interval '1 second'; "
                  "alter table campaigns enable trigger campaigns_start");
    BOOST_TEST(kinds() == "campaign.started");
    BOOST_TEST(kinds() == "campaign.started"); // once
}

BOOST_AUTO_TEST_CASE(replies_opt_outs_pauses_and_the_budget_are_events)
{
    postgres.exec("insert into inbound_messages (sid, from_address, to_address, body, received_at) "
                  "values ('SM1', '+15550100009', '+15005550006', 'Yes', now()); "
                  "insert into inbound_messages (sid, from_address, to_address, body, keyword, received_at) "
                  "values ('SM2', '+15550100009', '+15005550006', 'STOP', 'stop', now()); "
                  "insert into opt_outs (phone_number, source) values ('+15550100009', 'reply'); "
                  "delete from opt_outs; "
                  "insert into senders (sender) values ('+15005550006'); "
                  "update senders set paused_at = now(), pause_code = 21606, pause_reason = 'it is not ours'; "
                  "update senders set probe_at = now(); update senders set paused_at = null; "
                  "insert into senders (sender, paused_at) values ('*', now()); "
                  "insert into budget_days (day, ends_at) values ('2026-11-29', now()); "
                  "update budget_days set waiting_cost = 75; update budget_days set waiting_cost = null; "
                  "update budget_days set waiting_cost = 75");
    BOOST_TEST(kinds() == "reply.received opt_out.created opt_out.lifted sender.paused sender.resumed account.paused "
                          "budget.reached");
    const auto read = test::run(events.read(0, 100));
    BOOST_TEST(read[0].body == "Yes");
    BOOST_TEST(read[1].person == "+15550100009");
    BOOST_TEST(read[3].object == "+15005550006");
    BOOST_TEST(read[3].error_code.value() == 21606);
}

BOOST_AUTO_TEST_CASE(a_reader_misses_no_event_of_a_transaction_that_commits_late)
{
    pqxx::connection late(postgres.url());
    pqxx::work work(late);
    work.exec("insert into new_events (kind, object) values ('sender.paused', 'late')");
    postgres.exec("insert into new_events (kind, object) values ('sender.paused', 'early')");
    BOOST_TEST(number() == 1);
    const auto first = test::run(events.read(0, 10));
    BOOST_TEST(first.size() == 1);
    BOOST_TEST(first.back().object == "early");
    work.commit();
    BOOST_TEST(number() == 1);
    const auto second = test::run(events.read(first.back().number, 10));
    BOOST_TEST(second.size() == 1);
    BOOST_TEST(second.back().object == "late");
}

BOOST_AUTO_TEST_CASE(one_process_numbers_at_a_time)
{
    pqxx::connection other(postgres.url());
    pqxx::work work(other);
    work.exec("select pg_advisory_xact_lock(hashtext('waybill event numbers'))");
    postgres.exec("insert into new_events (kind, object) values ('sender.paused', 'one')");
    BOOST_TEST(number() == 0);
    work.commit();
    BOOST_TEST(number() == 1);
}

BOOST_AUTO_TEST_CASE(an_endpoint_belongs_to_one_process_until_its_lease_ends)
{
    const std::int64_t id = add_endpoint().id;
    const db::Holder first{"first", std::chrono::minutes(1)}, second{"second", std::chrono::minutes(1)};
    BOOST_TEST(test::run(deliveries.lease(first)).size() == 1);
    BOOST_TEST(test::run(deliveries.lease(first)).size() == 1);
    BOOST_TEST(test::run(deliveries.lease(second)).empty());
    postgres.exec("update endpoint_progress set leased_until = now()");
    BOOST_TEST(test::run(deliveries.lease(second)).size() == 1);
    db::Progress progress;
    progress.position = 5;
    progress.records.push_back(record(5));
    BOOST_TEST(!test::run(deliveries.keep(id, first, progress)));
    BOOST_TEST(postgres.number("select count(*) from deliveries") == 0);
    BOOST_TEST((test::run(deliveries.keep(id, second, progress)).has_value()));
    BOOST_TEST(postgres.number("select position from endpoint_progress") == 5);
    test::run(deliveries.release(second));
    BOOST_TEST(test::run(deliveries.lease(first)).size() == 1);
}

BOOST_AUTO_TEST_CASE(the_next_event_of_a_message_is_due_when_the_one_before_it_was_delivered)
{
    const std::int64_t id = add_endpoint().id;
    postgres.exec("insert into events (number, at, kind, message_id) select n, now(), 'message.sent', 7 "
                  "from generate_series(1, 3) as n");
    const db::Holder holder{"holder", std::chrono::minutes(1)};
    test::run(deliveries.lease(holder));
    using enum db::DeliveryState;
    db::Progress progress{3, {record(1, waits), record(2, behind), record(3, behind)}, {7}};
    BOOST_TEST((test::run(deliveries.keep(id, holder, progress)).value() == std::vector<std::int64_t>{7}));
    const auto due = [&] {
        std::string numbers;
        for (const db::DueEvent& each : test::run(deliveries.due(id, 10)))
            numbers += std::to_string(each.event.number) + " ";
        return numbers;
    };
    for (const db::EventNumber number : {1, 2, 3}) {
        BOOST_TEST(due() == std::to_string(number) + " ");
        progress = {3, {record(number)}, {7}};
        const auto waiting = test::run(deliveries.keep(id, holder, progress)).value();
        BOOST_TEST(waiting.size() == (number < 3 ? 1U : 0U));
    }
    BOOST_TEST(due() == "");
}

BOOST_AUTO_TEST_CASE(old_events_are_forgotten_with_their_deliveries)
{
    const std::int64_t id = add_endpoint().id;
    postgres.exec("insert into events (number, at, kind) values (1, now() - interval '40 days', 'account.paused'), "
                  "(2, now(), 'account.paused'); "
                  "insert into deliveries (endpoint_id, number, state, attempts, answer) select " +
                  std::to_string(id) + ", n, 'delivered', 1, '' from generate_series(1, 2) as n");
    const db::Time before = std::chrono::system_clock::now() - std::chrono::days(30);
    BOOST_TEST(test::run(events.forget(before, 100)) == 1);
    BOOST_TEST(postgres.number("select min(number) from events") == 2);
    BOOST_TEST(postgres.number("select min(number) from deliveries") == 2);
}

BOOST_AUTO_TEST_SUITE_END()
