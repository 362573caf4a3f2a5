#include "db/campaigns/campaigns.hpp"
#include "db/receipts/reconciliation.hpp"
#include "db/receipts/store.hpp"
#include "db/upkeep/figures.hpp"
#include "db/upkeep/maintenance.hpp"
#include "tests/support/coroutine.hpp"
#include "tests/support/directory.hpp"
#include "tests/support/postgres.hpp"
#include "tests/support/receipts.hpp"
#include "tests/support/run_all.hpp"

#include <boost/test/unit_test.hpp>
#include <pqxx/connection>
#include <pqxx/transaction>

#include <deque>
#include <vector>

// Several processes count receipts in lanes of their own.

namespace
{

using namespace waybill;
using namespace std::chrono_literals;
using test::receipt;
using test::run;

struct Process
{
    explicit Process(const test::TestDatabase& postgres) : database(postgres.receipt_options())
    {
        run(tickets.begin(database));
    }

    void apply(std::vector<db::Receipt> batch) { run(store.apply(batch)); }
    int lane() { return tickets.next(db::TicketWriter::receipts).lane; }

    test::TestDirectory directory;
    db::Database database;
    db::Tickets tickets{directory.path()};
    db::ReceiptStore store{database, test::account_sid, &tickets};
};

struct Fixture
{
    test::TestDatabase postgres;
    Process one{postgres}, other{postgres};
    db::Database database{postgres.options()};
    boost::asio::io_context context{1};
    db::Maintenance maintenance{context.get_executor(), database, 0};

    std::vector<db::MessageId> accepted_messages(int count, const std::string& campaign = "sms_1_test01")
    {
        test::make_campaign(postgres, count, campaign);
        postgres.exec("update messages set status = 'accepted', claimed_at = now(), accepted_at = now() "
                      "where status = 'pending'; delete from outbox; "
                      "update campaign_counters set accepted = pending, ever_accepted = pending, "
                      "accepted_segments = pending, pending = 0 where pending > 0");
        return test::message_ids(postgres, campaign);
    }

    // What one process reports as sent, the other one reports as delivered, and the last message as undelivered.
    void deliver_by_both(const std::vector<db::MessageId>& ids)
    {
        for (const db::MessageId id : ids)
            one.apply({receipt(id, "sent")});
        std::vector<db::Receipt> ends;
        for (const db::MessageId id : ids)
            ends.push_back(receipt(id, "delivered"));
        ends.back().status = "undelivered";
        ends.back().error_code = 30003;
        other.apply(ends);
    }

    std::int64_t fold(db::Time now = std::chrono::system_clock::now() + 2h) { return run(maintenance.fold_lanes(now)); }
    std::int64_t lane_rows()
    {
        return postgres.number(
            "select (select count(*) from receipt_counters) + (select count(*) from receipt_tallies)");
    }

    db::Campaign campaign(const std::string& id = "sms_1_test01")
    {
        db::Campaigns campaigns(database, database);
        return run(campaigns.find(id)).value();
    }

    // Everything that reads the figures of the one campaign with three messages.
    void check_figures()
    {
        const db::Campaign shown = campaign();
        BOOST_TEST(shown.count(db::MessageStatus::accepted) == 0);
        BOOST_TEST(shown.count(db::MessageStatus::sent) == 0);
        BOOST_TEST(shown.count(db::MessageStatus::delivered) == 2);
        BOOST_TEST(shown.count(db::MessageStatus::undelivered) == 1);
        BOOST_REQUIRE(shown.errors.size() == 1U);
        BOOST_TEST(shown.errors[0].code == 30003);
        BOOST_TEST(shown.errors[0].count == 1);
        db::Reconciliation reconciliation(database);
        BOOST_TEST(run(reconciliation.completeness()).by_receipt == 3);
        BOOST_TEST(postgres.counter_faults() == "");
        BOOST_TEST(run(db::check_consistency(database)).faults.empty());
        check_reports();
    }
    void check_reports()
    {
        const std::string counts =
            "select delivered || ' ' || undelivered || ' ' || sent || ' ' || queued from report.";
        BOOST_TEST(postgres.value(counts + "campaigns") == "2 1 0 0");
        BOOST_TEST(postgres.value(counts + "days") == "2 1 0 0");
        BOOST_TEST(postgres.value("select error_code || ' ' || messages from report.errors") == "30003 1");
        BOOST_TEST(postgres.number("select sum(deliveries) from report.receipt_lag") == 2);
        BOOST_TEST(postgres.number("select count(*) from report.open_messages") == 0);
    }
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(lanes, Fixture)

BOOST_AUTO_TEST_CASE(processes_that_begin_one_after_the_other_have_lanes_of_their_own_and_keep_them)
{
    BOOST_TEST(one.lane() == 0);
    BOOST_TEST(other.lane() == 1);
    const test::TestDirectory directory;
    for (const char* start : {"first", "second"}) {
        db::Tickets third(directory.path());
        run(third.begin(database));
        BOOST_TEST(third.next(db::TicketWriter::receipts).lane == 2, start);
    }
    std::deque<Process> more;
    for (int lane = 3; lane < 16; ++lane)
        BOOST_TEST(more.emplace_back(postgres).lane() == lane);
    // There are no more lanes than that: the next process shares the lane whose process has been silent for the
    // longest.
    postgres.exec("update tickets set at = now() + interval '1 minute' where lane <> 5");
    BOOST_TEST(more.emplace_back(postgres).lane() == 5);
}

BOOST_AUTO_TEST_CASE(what_several_processes_have_counted_adds_up_in_every_figure)
{
    deliver_by_both(accepted_messages(3));
    BOOST_TEST(postgres.value("select string_agg(lane || ': ' || accepted || ' ' || sent || ' ' || delivered, ', ' "
                              "order by lane) from receipt_counters") == "0: -3 3 0, 1: 0 -3 2");
    check_figures();
}

BOOST_AUTO_TEST_CASE(lanes_of_a_quiet_campaign_are_folded_and_its_figures_stay)
{
    deliver_by_both(accepted_messages(3));
    const db::Campaign before = campaign();
    BOOST_TEST(fold(std::chrono::system_clock::now()) == 0); // it has had a receipt within the hour
    BOOST_TEST(lane_rows() > 0);
    BOOST_TEST(fold() == 1);
    BOOST_TEST(lane_rows() == 0);
    BOOST_TEST(postgres.value("select accepted || ' ' || sent || ' ' || delivered || ' ' || final_by_receipt "
                              "from campaign_counters") == "0 0 2 3");
    BOOST_TEST((campaign().updated_at == before.updated_at));
    check_figures();
    BOOST_TEST(fold() == 0);
}

BOOST_AUTO_TEST_CASE(tallies_that_were_left_without_counters_are_folded_as_well)
{
    deliver_by_both(accepted_messages(3));
    BOOST_TEST(fold() == 1);
    postgres.exec("insert into receipt_tallies select campaign_id, kind, key, 3, 1 from campaign_tallies "
                  "where kind = 'error'; update campaign_tallies set count = 0 where kind = 'error'");
    BOOST_TEST(fold() == 1);
    BOOST_TEST(lane_rows() == 0);
    check_figures();
}

BOOST_AUTO_TEST_CASE(what_ends_differently_takes_its_tally_back_whichever_lane_has_it)
{
    const std::vector<db::MessageId> ids = accepted_messages(2);
    one.apply({receipt(ids[0], "undelivered"), receipt(ids[1], "undelivered")});
    other.apply({receipt(ids[0], "undelivered", 30003)});
    BOOST_TEST(postgres.value("select string_agg(key || ': ' || count, ', ' order by key) from tally_figures") ==
               "0: 1, 30003: 1");
    fold();
    other.apply({receipt(ids[1], "undelivered", 30005)});
    BOOST_TEST(postgres.value("select string_agg(key || ': ' || count, ', ' order by key) from tally_figures "
                              "where count <> 0") == "30003: 1, 30005: 1");
    BOOST_TEST(campaign().errors.size() == 2U);
    BOOST_TEST(postgres.counter_faults() == "");
}

// While another process holds what it has counted until its commit is durable.
BOOST_AUTO_TEST_CASE(a_receipt_does_not_wait_for_what_another_process_counts)
{
    const std::vector<db::MessageId> ids = accepted_messages(3);
    for (const db::MessageId id : {ids[0], ids[1]})
        one.apply({receipt(id, "sent")});
    other.apply({receipt(ids[0], "delivered")});
    pqxx::connection session(postgres.url());
    pqxx::work busy(session);
    busy.exec("update campaign_counters set replies = replies");
    busy.exec("update receipt_counters set sent = sent where lane = 0");
    busy.exec("update receipt_tallies set count = count where lane = 0");

    other.apply({receipt(ids[1], "delivered")});
    other.apply({receipt(ids[2], "sent")});
    BOOST_TEST(campaign().count(db::MessageStatus::delivered) == 2);
    busy.commit();
    BOOST_TEST(postgres.counter_faults() == "");
}

BOOST_AUTO_TEST_CASE(receipts_that_come_while_their_campaigns_are_folded_are_counted_once)
{
    constexpr int count = 120;
    const std::vector<db::MessageId> first = accepted_messages(count),
                                     second = accepted_messages(count, "sms_1_second");
    bool is_over = false;
    const auto report = [&](Process& process, std::size_t begin) -> boost::asio::awaitable<bool> {
        for (std::size_t i = begin; i < first.size(); i += 2)
            for (const char* word : {"sent", "delivered"}) {
                std::vector<db::Receipt> batch{receipt(second[i], word), receipt(first[i], word)};
                co_await process.store.apply(batch);
            }
        co_return true;
    };
    const auto report_all = [&]() -> boost::asio::awaitable<bool> {
        co_await report(one, 0);
        is_over = true;
        co_return true;
    };
    const auto fold_again = [&]() -> boost::asio::awaitable<bool> {
        while (!is_over)
            co_await maintenance.fold_lanes(std::chrono::system_clock::now() + 2h);
        co_return true;
    };
    std::vector<boost::asio::awaitable<bool>> all;
    all.push_back(report_all());
    all.push_back(report(other, 1));
    all.push_back(fold_again());
    BOOST_CHECK_NO_THROW(test::run_all(context, std::move(all)));
    BOOST_TEST(postgres.counter_faults() == "");
    fold();
    BOOST_TEST(lane_rows() == 0);
    BOOST_TEST(postgres.number("select min(delivered) from campaign_counters") == count);
    BOOST_TEST(postgres.counter_faults() == "");
}

BOOST_AUTO_TEST_SUITE_END()
