#include "db/receipts/store.hpp"

#include "tests/support/coroutine.hpp"
#include "tests/support/postgres.hpp"
#include "tests/support/receipts.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>

namespace
{

using namespace waybill;

using test::receipt;

struct Fixture
{
    test::TestDatabase postgres;
    db::Database database{postgres.receipt_options()};
    db::ReceiptStore callbacks{database, test::account_sid};

    db::AppliedReceipts apply(const std::vector<db::Receipt>& batch) { return test::run(callbacks.apply(batch)); }
    // The message as if it had been claimed.
    db::MessageId sending_message()
    {
        test::make_campaign(postgres, 1);
        postgres.exec("update messages set status = 'sending', claimed_at = now()");
        postgres.exec("update outbox set leased_until = now() + interval '2 minutes'");
        postgres.exec("update campaign_counters set pending = 0, sending = 1");
        return test::message_ids(postgres).front();
    }
    std::string status() { return postgres.value("select status from messages"); }
};

// What a message ends as when these were reported in this order.
std::string expected_status(const std::vector<std::string>& words)
{
    int rank = 1;
    std::string status = "sending";
    for (const std::string& word : words) {
        const auto reported = db::from_twilio_status(word);
        if (!reported || db::rank_of(*reported) <= rank) continue;
        rank = db::rank_of(*reported);
        status = word;
    }
    return status;
}

} // namespace

BOOST_FIXTURE_TEST_SUITE(callbacks, Fixture)

BOOST_AUTO_TEST_CASE(a_receipt_raises_the_message_and_moves_the_counters)
{
    const auto id = sending_message();
    const auto applied = apply({receipt(id, "delivered")});
    BOOST_TEST(applied.kept == 1);
    BOOST_TEST(status() == "delivered");
    BOOST_TEST(postgres.counter_faults() == "");
    BOOST_TEST(
        postgres.value("select delivered || ' ' || ever_accepted || ' ' || accepted_segments from campaign_figures") ==
        "1 1 1");
    BOOST_TEST(postgres.value("select status from campaigns") == "completed");
    BOOST_TEST(postgres.value("select sid from messages") == "SM0000000000000000000000000000000a");
    BOOST_TEST(postgres.value("select extra ->> 'To' from message_history") == "+15550100000");
}

BOOST_AUTO_TEST_CASE(the_same_receipt_again_adds_nothing)
{
    const auto id = sending_message();
    apply({receipt(id, "sent")});
    const auto again = apply({receipt(id, "sent"), receipt(id, "sent")});
    BOOST_TEST(again.kept == 0);
    BOOST_TEST(again.repeated == 2);
    BOOST_TEST(postgres.number("select count(*) from message_history") == 1);
    BOOST_TEST(postgres.counter_faults() == "");
}

BOOST_AUTO_TEST_CASE(a_late_callback_never_takes_a_message_back)
{
    const auto id = sending_message();
    apply({receipt(id, "delivered")});
    apply({receipt(id, "sent")});
    BOOST_TEST(status() == "delivered");
    BOOST_TEST(postgres.value("select sent_at is not null and completed_at is not null from messages") == "t");
    BOOST_TEST(postgres.number("select count(*) from message_history") == 2);
    BOOST_TEST(postgres.counter_faults() == "");
}

BOOST_AUTO_TEST_CASE(whatever_the_order_the_state_is_the_highest_that_was_told_first)
{
    std::vector<std::string> words{"delivered", "failed", "mystery", "sent", "undelivered"};
    std::ranges::sort(words);
    const auto id = sending_message();
    int round = 0;
    do {
        for (const bool one_batch : {true, false}) {
            postgres.exec("truncate message_history, campaign_tallies, receipt_counters, receipt_tallies");
            postgres.exec("update messages set status = 'sending', conflicting = null, sid = null, error_code = null, "
                          "accepted_at = null, sent_at = null, completed_at = null");
            postgres.exec(
                "update campaign_counters set sending = 1, pending = 0, sent = 0, delivered = 0, undelivered = 0, "
                "failed = 0, accepted = 0, ever_accepted = 0, accepted_segments = 0");
            std::vector<db::Receipt> batch;
            for (const std::string& word : words)
                batch.push_back(receipt(id, word));
            if (one_batch)
                apply(batch);
            else {
                apply({batch[0], batch[1]});
                apply({batch[2], batch[3], batch[4]});
            }
            const std::string order = words[0] + words[1] + words[2] + words[3] + words[4];
            BOOST_TEST_CONTEXT(order << (one_batch ? " in one batch" : " in two"))
            {
                BOOST_TEST(status() == expected_status(words));
                BOOST_TEST(postgres.counter_faults() == "");
                BOOST_TEST(postgres.number("select count(*) from message_history") == 5);
                BOOST_TEST(postgres.value("select conflicting is not null from messages") == "t");
            }
        }
    } while (++round < 30 && std::ranges::next_permutation(words).found);
}

BOOST_AUTO_TEST_CASE(a_receipt_for_an_unknown_message_is_kept_apart)
{
    const auto id = sending_message();
    const auto applied =
        apply({receipt(4711, "delivered", 30003), receipt(id, "sent"), receipt(4711, "delivered", 30003)});
    BOOST_TEST(applied.stray == 2);
    BOOST_TEST(applied.kept == 1);
    BOOST_TEST(postgres.value(
                   "select reason || ' ' || message_id || ' ' || status || ' ' || error_code from stray_receipts") ==
               "unknown message 4711 delivered 30003");
}

BOOST_AUTO_TEST_CASE(a_receipt_of_another_account_changes_no_message)
{
    const auto id = sending_message();
    db::Receipt foreign = receipt(id, "delivered");
    foreign.account_sid = "AC00000000000000000000000000000099";
    BOOST_TEST(apply({foreign}).stray == 1);
    BOOST_TEST(status() == "sending");
    BOOST_TEST(postgres.value("select reason from stray_receipts") == "other account");
}

BOOST_AUTO_TEST_CASE(an_error_code_is_kept_with_the_state_and_counted_for_the_campaign)
{
    const auto id = sending_message();
    apply({receipt(id, "sent"), receipt(id, "undelivered", 30003), receipt(id, "undelivered")});
    BOOST_TEST(postgres.number("select error_code from messages") == 30003);
    BOOST_TEST(postgres.value("select key || ' ' || count from tally_figures where kind = 'error'") == "30003 1");
}

BOOST_AUTO_TEST_CASE(a_large_batch_raises_every_message_once)
{
    test::make_campaign(postgres, 1000);
    postgres.exec("update messages set status = 'accepted', accepted_at = now(), claimed_at = now()");
    postgres.exec(
        "update campaign_counters set pending = 0, accepted = 1000, ever_accepted = 1000, accepted_segments = 1000");
    std::vector<db::Receipt> batch;
    for (const auto id : test::message_ids(postgres)) {
        batch.push_back(receipt(id, "delivered"));
        batch.push_back(receipt(id, "sent"));
    }
    BOOST_TEST(apply(batch).kept == 2000);
    BOOST_TEST(postgres.number("select delivered from campaign_figures") == 1000);
    BOOST_TEST(postgres.counter_faults() == "");
}

BOOST_AUTO_TEST_CASE(a_receipt_that_tells_of_a_stop_opts_the_recipient_out)
{
    const auto id = sending_message();
    apply({receipt(id, "failed", 21610)});
    apply({receipt(id, "failed", 21610)});
    BOOST_TEST(postgres.value("select source || ' ' || (campaign_id is not null) from opt_outs") == "twilio true");
    BOOST_TEST(postgres.counter_faults() == "");
}

BOOST_AUTO_TEST_CASE(a_stop_that_is_told_late_does_not_undo_a_start)
{
    const auto id = sending_message();
    postgres.exec(
        "insert into inbound_messages (sid, received_at, from_address, to_address, body, keyword) "
        "select 'SM1', now() + interval '1 minute', recipient, '+15005550006', 'start', 'start' from messages");
    apply({receipt(id, "failed", 21610)});
    BOOST_TEST(postgres.number("select count(*) from opt_outs") == 0);
}

BOOST_AUTO_TEST_SUITE_END()
