#include "db/messages/messages.hpp"
#include "db/receipts/reconciliation.hpp"
#include "db/receipts/store.hpp"
#include "db/upkeep/maintenance.hpp"
#include "tests/support/coroutine.hpp"
#include "tests/support/postgres.hpp"
#include "tests/support/receipts.hpp"
#include "tests/support/run_all.hpp"

#include <boost/test/unit_test.hpp>

#include <set>

namespace
{

using namespace waybill;
using namespace std::chrono_literals;

struct Fixture
{
    test::TestDatabase postgres;
    boost::asio::io_context context{1};
    db::Database database{postgres.options()};
    db::SingleMessages single_messages{database};
    db::Messages messages{database};

    static db::NewMessage message(const std::string& key = "", const std::string& fingerprint = "the same")
    {
        db::NewMessage made;
        made.recipient = "+15550100000";
        made.body = "Your table is ready \U0001F355";
        made.sender = "+15005550006";
        made.segments = 1;
        made.write_reply = [](const db::Message& written, std::optional<db::Time>) {
            return "made " + std::to_string(written.id);
        };
        if (!key.empty()) made.idempotency = db::IdempotencyKey{key, [fingerprint] { return fingerprint; }};
        return made;
    }
    db::CreateMessageResult create(db::NewMessage made)
    {
        return test::run(context, single_messages.create(std::move(made)));
    }
    db::CreatedMessage created(db::NewMessage made) { return std::get<db::CreatedMessage>(create(std::move(made))); }
    std::int64_t rows()
    {
        return postgres.number("select (select count(*) from messages) + (select count(*) from outbox) + "
                               "(select count(*) from idempotency_keys)");
    }
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(single_messages, Fixture)

BOOST_AUTO_TEST_CASE(a_message_is_stored_with_its_place_in_the_outbox)
{
    const auto made = created(message());
    BOOST_TEST(made.reply == "made " + std::to_string(made.id));
    BOOST_TEST(postgres.value("select recipient || ' ' || sender || ' ' || status || ' ' || body from messages") ==
               "+15550100000 +15005550006 pending Your table is ready \U0001F355");
    BOOST_TEST(
        postgres.value("select sender || ' ' || (campaign_id is null) || ' ' || (due_at <= now()) from outbox") ==
        "+15005550006 true true");
    const auto history = test::run(context, messages.find(made.id));
    BOOST_REQUIRE(history.has_value());
    BOOST_TEST(history->sender == "+15005550006");
    BOOST_TEST(history->campaign == "");
    BOOST_TEST(history->entries.empty());
    BOOST_TEST(!history->send_at.has_value());
    BOOST_TEST(!test::run(context, messages.find(made.id + 1)).has_value());
}

BOOST_AUTO_TEST_CASE(a_message_for_later_waits_in_the_outbox)
{
    db::NewMessage later = message();
    later.send_at = std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now()) + 1h;
    const auto made = created(later);
    BOOST_TEST((test::run(context, messages.find(made.id)).value().send_at == later.send_at));
}

BOOST_AUTO_TEST_CASE(a_recipient_who_opted_out_gets_nothing_and_the_key_is_not_used_up)
{
    postgres.exec("insert into opt_outs (phone_number, source) values ('+15550100000', 'test')");
    BOOST_TEST(std::holds_alternative<db::RecipientOptedOut>(create(message("monday"))));
    BOOST_TEST(rows() == 0);
    postgres.exec("delete from opt_outs");
    BOOST_TEST(!created(message("monday")).repeated);
}

BOOST_AUTO_TEST_CASE(the_same_request_gets_the_first_reply_again)
{
    const auto first = created(message("monday"));
    postgres.exec("insert into opt_outs (phone_number, source) values ('+15550100000', 'test')");
    const auto again = created(message("monday"));
    BOOST_TEST(again.repeated);
    BOOST_TEST(again.id == first.id);
    BOOST_TEST(again.reply == first.reply);
    BOOST_TEST(std::holds_alternative<db::KeyConflict>(create(message("monday", "another"))));
    BOOST_TEST(rows() == 3);
}

BOOST_AUTO_TEST_CASE(a_key_older_than_a_day_counts_as_new)
{
    const auto first = created(message("monday"));
    postgres.exec("update idempotency_keys set created_at = now() - interval '23 hours 59 minutes'");
    BOOST_TEST(created(message("monday")).repeated);
    postgres.exec("update idempotency_keys set created_at = now() - interval '24 hours 1 minute'");
    const auto second = created(message("monday", "another"));
    BOOST_TEST(!second.repeated);
    BOOST_TEST(second.id != first.id);
    BOOST_TEST(created(message("monday", "another")).reply == second.reply);
}

BOOST_AUTO_TEST_CASE(keys_are_forgotten_after_their_day)
{
    created(message("monday"));
    created(message("tuesday"));
    postgres.exec("update idempotency_keys set created_at = now() - interval '25 hours' where key = 'monday'");
    db::Maintenance maintenance(context.get_executor(), database, 0);
    BOOST_TEST(test::run(context, maintenance.forget_keys(std::chrono::system_clock::now())) == 1);
    BOOST_TEST(postgres.value("select key from idempotency_keys") == "tuesday");
}

BOOST_AUTO_TEST_CASE(equal_requests_at_the_same_time_make_one_message)
{
    db::Database other_database(postgres.options());
    db::SingleMessages other(other_database);
    std::vector<boost::asio::awaitable<db::CreateMessageResult>> requests;
    for (int i = 0; i < 4; ++i) {
        requests.push_back(single_messages.create(message("now")));
        requests.push_back(other.create(message("now")));
    }
    std::set<std::string> replies;
    for (const auto& result : test::run_all(context, std::move(requests)))
        replies.insert(std::get<db::CreatedMessage>(result).reply);
    BOOST_TEST(replies.size() == 1U);
    BOOST_TEST(rows() == 3);
}

BOOST_AUTO_TEST_CASE(receipts_raise_it_and_its_history_tells_them_in_order)
{
    const auto made = created(message());
    postgres.exec("update messages set status = 'sending', claimed_at = now(); delete from outbox");
    db::ReceiptStore callbacks(database, test::account_sid);
    for (const auto& [word, error] :
         {std::pair<const char*, std::optional<int>>{"queued", {}}, {"sent", {}}, {"undelivered", 30003}}) {
        db::Receipt callback = test::receipt(made.id, word, error);
        callback.raw_dlr_done_date = "2603311200";
        test::run(context, callbacks.apply(std::vector{callback}));
    }
    const auto history = test::run(context, messages.find(made.id)).value();
    BOOST_TEST((history.message.status == db::MessageStatus::undelivered));
    BOOST_TEST(history.message.error_code.value() == 30003);
    BOOST_REQUIRE(history.entries.size() == 3U);
    BOOST_TEST(history.entries[0].status == "queued");
    BOOST_TEST(history.entries[2].status == "undelivered");
    BOOST_TEST(history.entries[2].error_code.value() == 30003);
    BOOST_TEST(history.entries[2].source == "receipt");
    BOOST_TEST(history.entries[2].carrier_time == "2603311200");
    BOOST_TEST(history.entries[2].extra_json == R"({"To": "+15550100000"})");
    test::run(context, callbacks.apply(std::vector{test::receipt(made.id, "delivered")}));
    BOOST_TEST((test::run(context, messages.find(made.id)).value().conflicting == db::MessageStatus::delivered));
    BOOST_TEST(postgres.number("select count(*) from tally_rows") == 0);
}

BOOST_AUTO_TEST_CASE(a_lost_reply_is_looked_up_with_its_own_sender)
{
    const auto made = created(message());
    postgres.exec(
        "update messages set status = 'unknown', claimed_at = now(), lookup_at = now() - interval '1 second'");
    db::Reconciliation reconciliation(database);
    const auto due = test::run(context, reconciliation.due(std::chrono::system_clock::now(), 10));
    BOOST_TEST(due == std::vector{made.id});
    const auto lookup = test::run(context, reconciliation.find(made.id));
    BOOST_REQUIRE(lookup.has_value());
    BOOST_TEST(lookup->sender == "+15005550006");
    BOOST_TEST(!test::run(context, reconciliation.rivals(made.id)).unsettled);
    created(message());
    postgres.exec("update messages set status = 'unknown', claimed_at = now()");
    BOOST_TEST(test::run(context, reconciliation.rivals(made.id)).unsettled);

    db::LookupOutcome outcome;
    outcome.message_id = made.id;
    outcome.entry.emplace();
    outcome.entry->message_id = made.id;
    outcome.entry->at = std::chrono::system_clock::now();
    outcome.entry->word = "delivered";
    outcome.entry->status = db::MessageStatus::delivered;
    outcome.entry->proves_acceptance = true;
    outcome.entry->sid = "SM1";
    outcome.entry->price_micros = 7'500;
    test::run(context, reconciliation.record(std::move(outcome)));
    const auto history = test::run(context, messages.find(made.id)).value();
    BOOST_TEST((history.message.status == db::MessageStatus::delivered));
    BOOST_TEST(history.message.price_micros.value() == 7'500);
    BOOST_TEST(history.entries.at(0).source == "lookup");
    BOOST_TEST(test::run(context, reconciliation.completeness()).accepted == 0); // of campaigns alone
}

BOOST_AUTO_TEST_SUITE_END()
