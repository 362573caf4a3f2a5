#include "db/receipts/reconciliation.hpp"

#include "db/outbox/outbox.hpp"
#include "db/receipts/store.hpp"
#include "tests/support/claims.hpp"
#include "tests/support/coroutine.hpp"
#include "tests/support/postgres.hpp"
#include "tests/support/receipts.hpp"

#include <boost/test/unit_test.hpp>

namespace
{

using namespace waybill;
using namespace std::chrono_literals;
using db::MessageId;
using test::receipt;

const std::string sid = "SM0000000000000000000000000000000a"; // of every receipt

struct Fixture
{
    test::TestDatabase postgres;
    db::Database database{postgres.options()};
    db::ReceiptStore callbacks{database, test::account_sid};
    db::Outbox outbox{database};
    db::Reconciliation reconciliation{database};
    const db::Time now = std::chrono::system_clock::now();

    void tell(MessageId id, const std::string& status, std::optional<int> error = std::nullopt)
    {
        test::run(callbacks.apply(std::vector{receipt(id, status, error)}));
    }
    // Claimed, and Twilio did not answer.
    MessageId lost_message(const std::string& campaign = "sms_1_test01")
    {
        test::make_campaign(postgres, 1, campaign);
        test::run(outbox.claim(test::claim_request(10)));
        postgres.exec("update outbox set leased_until = now() - interval '1 second'");
        test::run(outbox.expire_leases());
        return test::message_ids(postgres, campaign).front();
    }
    MessageId sending_message()
    {
        test::make_campaign(postgres, 1);
        test::run(outbox.claim(test::claim_request(10)));
        return test::message_ids(postgres).front();
    }
    std::vector<MessageId> due(db::Time when) { return test::run(reconciliation.due(when, 10)); }
    void look_up(MessageId id, const std::string& word, std::optional<int> error = std::nullopt,
                 std::optional<db::Time> again = std::nullopt)
    {
        db::LookupOutcome outcome;
        outcome.message_id = id;
        outcome.entry.emplace();
        outcome.entry->message_id = id;
        outcome.entry->at = std::chrono::system_clock::now();
        outcome.entry->word = word;
        outcome.entry->status = db::from_twilio_status(word);
        outcome.entry->proves_acceptance = outcome.entry->status.has_value();
        outcome.entry->sid = outcome.entry->status ? sid : "";
        outcome.entry->error_code = error;
        outcome.entry->segments = 2;
        outcome.entry->price_micros = 15'000;
        outcome.look_again = again;
        test::run(reconciliation.record(outcome));
    }
    // status, conflicting, error code, whether a look-up is due
    std::string state()
    {
        return postgres.value(
            "select concat_ws(' ', status, coalesce(conflicting::text, '-'), coalesce(error_code::text, '-'), "
            "case when lookup_at is null then 'settled' else 'to look up' end) from messages");
    }
    std::string tallies()
    {
        return postgres.value(
            "select coalesce(string_agg(kind || ' ' || case kind when 'error' then key::text else 'any' end || ' ' "
            "|| count, ', ' order by kind, key), '') from tally_figures where count <> 0");
    }
    std::string completeness()
    {
        const db::Completeness all = test::run(reconciliation.completeness());
        return std::to_string(all.accepted) + " " + std::to_string(all.by_receipt) + " " +
               std::to_string(all.by_lookup);
    }
    // Counters equal the rows, those of the completeness as well.
    void check_counters()
    {
        BOOST_TEST(postgres.counter_faults() == "");
        BOOST_TEST(
            postgres.value("select coalesce(sum(final_by_receipt + final_by_lookup), 0) from campaign_figures") ==
            postgres.value("select count(*) from messages where accepted_at is not null and is_final(status)"));
    }
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(reconciliation, Fixture)

BOOST_AUTO_TEST_CASE(an_unknown_message_is_due_after_three_minutes_with_what_is_known_of_it)
{
    const auto id = lost_message();
    BOOST_TEST(due(now + 2min).empty());
    BOOST_TEST(due(now + 4min) == std::vector{id});
    const auto lookup = test::run(reconciliation.find(id)).value();
    BOOST_TEST((lookup.status == db::MessageStatus::unknown));
    BOOST_TEST(!lookup.in_conflict);
    BOOST_TEST(lookup.sid == "");
    BOOST_TEST(lookup.sender == "+15005550006");
    BOOST_TEST(lookup.recipient == "+15550100000");
    BOOST_TEST(lookup.body == "Hi Customer 0");
    BOOST_TEST((lookup.claimed_at > now - 1min && lookup.claimed_at < now + 1min));
    BOOST_TEST((lookup.lost_at.value() >= lookup.claimed_at && *lookup.lost_at < now + 1min));
}

BOOST_AUTO_TEST_CASE(a_receipt_settles_an_unknown_message)
{
    const auto id = lost_message();
    tell(id, "sent");
    BOOST_TEST(state() == "sent - - settled");
    BOOST_TEST(due(now + 48h).empty());
    check_counters();
}

BOOST_AUTO_TEST_CASE(a_lookup_settles_an_unknown_message_with_its_price_and_segments)
{
    const auto id = lost_message();
    look_up(id, "delivered");
    BOOST_TEST(state() == "delivered - - settled");
    BOOST_TEST(postgres.value("select sid || ' ' || segments || ' ' || price_micros from messages") ==
               sid + " 2 15000");
    BOOST_TEST(!test::run(reconciliation.find(id)));
    BOOST_TEST(completeness() == "1 0 1");
    BOOST_TEST(tallies() == ""); // nothing reported when it was delivered
    BOOST_TEST(postgres.value("select source from message_history where status = 'delivered'") == "lookup");
    check_counters();
}

BOOST_AUTO_TEST_CASE(a_message_that_is_not_found_stays_unknown_and_is_looked_at_again)
{
    const auto id = lost_message();
    look_up(id, "not found", std::nullopt, now + 20min);
    BOOST_TEST(due(now + 19min).empty());
    BOOST_TEST(due(now + 21min) == std::vector{id});
    BOOST_TEST(postgres.value("select status from messages") == "unknown");
    look_up(id, "not found");
    BOOST_TEST(state() == "unknown - - settled"); // given up
    BOOST_TEST(completeness() == "0 0 0");
    check_counters();
}

BOOST_AUTO_TEST_CASE(an_open_message_that_was_looked_up_is_due_again_until_its_receipt_comes)
{
    const auto id = sending_message();
    tell(id, "sent");
    look_up(id, "sent", std::nullopt, now + 24h);
    BOOST_TEST(due(now + 25h) == std::vector{id});
    tell(id, "delivered");
    BOOST_TEST(due(now + 25h).empty());
    look_up(id, "delivered", std::nullopt, now + 48h); // the answer to a question from before
    BOOST_TEST(state() == "delivered - - settled");
    BOOST_TEST(completeness() == "1 1 0");
    check_counters();
}

BOOST_AUTO_TEST_CASE(two_final_states_are_a_conflict_that_the_lookup_settles_either_way)
{
    const struct
    {
        std::string first, second, reported, state, tallies;
        std::optional<int> first_error, second_error, told_error;
    } cases[] = {
        {"undelivered", "delivered", "delivered", "delivered - - settled", "", 30008, {}, {}},
        {"undelivered", "delivered", "undelivered", "undelivered - 30008 settled", "error 30008 1", 30008, {}, 30008},
        {"delivered", "undelivered", "delivered", "delivered - - settled", "delivery any 1", {}, 30008, {}},
        {"delivered", "undelivered", "undelivered", "undelivered - 30008 settled", "error 30008 1", {}, 30008, 30008},
        {"failed", "undelivered", "undelivered", "undelivered - 30003 settled", "error 30003 1", 30008, 30003, 30003},
        {"failed", "undelivered", "read", "read - - settled", "", 30008, 30003, {}},
    };
    const auto id = sending_message();
    for (const auto& each : cases) {
        BOOST_TEST_CONTEXT(each.first << ", " << each.second << "; " << each.reported)
        {
            postgres.exec(
                "update messages set status = 'sending', conflicting = null, error_code = null, sid = null, segments = "
                "1, "
                "price_micros = null, accepted_at = null, sent_at = null, completed_at = null, read_at = null; "
                "delete from message_history; delete from campaign_tallies; "
                "delete from receipt_counters; delete from receipt_tallies; "
                "delete from campaign_counters; insert into campaign_counters (campaign_id, sending) select id, 1 from "
                "campaigns");
            tell(id, each.first, each.first_error);
            tell(id, each.second, each.second_error);
            BOOST_TEST(state() ==
                       each.first + " " + each.second + (each.first_error ? " 30008" : " -") + " to look up");
            check_counters();
            BOOST_TEST(test::run(reconciliation.find(id)).value().in_conflict);
            look_up(id, each.reported, each.told_error, now + 24h);
            BOOST_TEST(state() == each.state);
            BOOST_TEST(tallies() == each.tallies);
            check_counters();
            BOOST_TEST(completeness() == "1 1 0");
            BOOST_TEST(due(now + 48h).empty());
        }
    }
}

BOOST_AUTO_TEST_CASE(an_answer_without_an_end_leaves_a_conflict_as_it_is)
{
    const auto id = sending_message();
    tell(id, "undelivered", 30008);
    tell(id, "delivered");
    look_up(id, "sent", std::nullopt, now + 1h);
    BOOST_TEST(state() == "undelivered delivered 30008 to look up");
    BOOST_TEST(due(now + 2h) == std::vector{id});
    check_counters();
}

BOOST_AUTO_TEST_CASE(a_lookup_that_contradicts_a_receipt_which_came_meanwhile_is_a_conflict)
{
    const auto id = sending_message();
    tell(id, "undelivered", 30008);
    look_up(id, "delivered", std::nullopt, now + 1h);
    BOOST_TEST(state() == "undelivered delivered 30008 to look up");
    check_counters();
}

BOOST_AUTO_TEST_CASE(our_other_messages_with_the_same_words_to_the_same_number_are_rivals)
{
    const auto id = lost_message("sms_1_first0");
    BOOST_TEST(test::run(reconciliation.rivals(id)).sids.empty());
    test::make_campaign(postgres, 2, "sms_2_again0");
    const auto again = test::message_ids(postgres, "sms_2_again0");
    test::run(outbox.claim(test::claim_request(10)));
    BOOST_TEST(test::run(reconciliation.rivals(id)).unsettled);
    tell(again[0], "sent");
    tell(again[1], "sent"); // to another number
    const db::Rivals rivals = test::run(reconciliation.rivals(id));
    BOOST_TEST(!rivals.unsettled);
    BOOST_TEST(rivals.sids == std::vector{sid});
    postgres.exec("update campaigns set offer_code = 'OTHER' where public_id = 'sms_2_again0'");
    BOOST_TEST(test::run(reconciliation.rivals(id)).sids.empty());
}

BOOST_AUTO_TEST_CASE(messages_without_a_campaign_have_rivals_too)
{
    const std::string insert =
        "insert into messages (recipient, customer_name, body, segments, status, sid, claimed_at) values ";
    postgres.exec(insert + "('+15550100000', '', 'Hi', 1, 'unknown', null, now()), "
                           "('+15550100000', '', 'Hi', 1, 'sent', 'SM2', now()), "
                           "('+15550100000', '', 'Hi', 1, 'unknown', null, now()), "
                           "('+15550100001', '', 'Hi', 1, 'sent', 'SM4', now()), "
                           "('+15550100000', '', 'Ho', 1, 'sent', 'SM5', now())");
    const db::Rivals rivals = test::run(reconciliation.rivals(postgres.number("select min(id) from messages")));
    BOOST_TEST(rivals.sids == std::vector<std::string>{"SM2"});
    BOOST_TEST(rivals.unsettled);
}

BOOST_AUTO_TEST_CASE(words_rise_end_and_conflict_as_their_ranks_say)
{
    const std::string pairs = " from unnest(enum_range(null::message_status)) as reported, "
                              "unnest(enum_range(null::message_status)) as status, "
                              "message_status_rank(reported) as rank, message_status_rank(status) as old_rank where ";
    for (const char* wrong : {"rises(status, reported) <> (rank > old_rank)", "is_final(status) <> (old_rank >= 5)",
                              "conflict(status, reported) <> (rank = 5 and old_rank = 5 and reported <> status)"})
        BOOST_TEST(postgres.number("select count(*)" + pairs + wrong) == 0, wrong);
}

BOOST_AUTO_TEST_CASE(receipts_on_their_usual_way_stay_hot_updates)
{
    // Counted when a connection ends.
    const auto hot_of = [&](std::int64_t all) {
        const std::string updates = " from pg_stat_user_tables where relname = 'messages'";
        for (int tries = 0; tries < 50 && postgres.number("select n_tup_upd" + updates) < all; ++tries)
            postgres.exec("select pg_sleep(0.1)");
        return postgres.number("select n_tup_hot_upd" + updates);
    };
    test::make_campaign(postgres, 200);
    postgres.exec("update messages set status = 'sending', claimed_at = now(); update campaign_counters set pending = "
                  "0, sending = 200");
    postgres.exec("vacuum full messages"); // every page with the room that its fill factor leaves
    const std::int64_t before = hot_of(200);
    {
        db::Database connections(postgres.options());
        db::ReceiptStore counted(connections, test::account_sid);
        for (const char* status : {"sent", "delivered"}) {
            std::vector<db::Receipt> batch;
            for (const MessageId id : test::message_ids(postgres))
                if (id % 10 == 0) batch.push_back(receipt(id, status));
            test::run(counted.apply(batch));
        }
    }
    BOOST_TEST(hot_of(240) - before == 40);
}

BOOST_AUTO_TEST_SUITE_END()
