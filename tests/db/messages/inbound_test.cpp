#include "db/messages/inbound.hpp"

#include "db/receipts/store.hpp"
#include "tests/support/coroutine.hpp"
#include "tests/support/postgres.hpp"
#include "tests/support/receipts.hpp"
#include "tests/support/run_all.hpp"

#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/test/unit_test.hpp>

namespace
{

using namespace waybill;
using namespace std::chrono_literals;
using db::Keyword;

constexpr const char* our_number = "+15005550006";

struct Fixture
{
    test::TestDatabase postgres;
    boost::asio::io_context context{1};
    db::Database database{postgres.options()};
    db::Inbound inbound{context.get_executor(), database, 20s};
    int received = 0;

    db::InboundMessage message(const std::string& from, std::optional<Keyword> keyword = std::nullopt)
    {
        db::InboundMessage made;
        made.sid = "SM" + std::to_string(++received);
        made.received_at = std::chrono::system_clock::now();
        made.from = from;
        made.from_is_number = from.starts_with('+');
        made.to = our_number;
        made.body = "Thanks \U0001F355\n\\";
        made.keyword = keyword;
        made.may_lift = true;
        made.extra_json = R"({"NumMedia":"0"})";
        return made;
    }
    void keep(db::InboundMessage made) { test::run(context, inbound.keep(std::move(made))); }
    void text_everybody() { postgres.exec("update messages set status = 'sent', claimed_at = now()"); }
    std::string engagement(const std::string& campaign = "sms_1_test01")
    {
        return postgres.value("select replies || ' ' || opt_outs from campaign_counters k join campaigns c "
                              "on c.id = k.campaign_id where public_id = '" +
                              campaign + "'");
    }
    std::string answered() // by the message that came last
    {
        return postgres.value(
            "select coalesce(c.public_id, 'no campaign') || ' ' || coalesce(m.recipient, 'no message') "
            "from inbound_messages i left join campaigns c on c.id = i.campaign_id "
            "left join messages m on m.id = i.message_id order by number desc limit 1");
    }
    std::int64_t opt_outs() { return postgres.number("select count(*) from opt_outs"); }
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(inbound, Fixture)

BOOST_AUTO_TEST_CASE(a_reply_is_kept_with_the_message_that_it_answers)
{
    const auto campaign = test::make_campaign(postgres, 2);
    text_everybody();
    keep(message("+15550100001"));
    BOOST_TEST(answered() == "sms_1_test01 +15550100001");
    BOOST_TEST(engagement() == "1 0");
    BOOST_TEST(opt_outs() == 0);
    const auto page = test::run(context, inbound.of_campaign(campaign.id, 10, std::nullopt));
    BOOST_REQUIRE(page.replies.size() == 1U);
    BOOST_TEST(page.replies[0].body == "Thanks \U0001F355\n\\");
    BOOST_TEST(page.replies[0].from == "+15550100001");
    BOOST_TEST(page.replies[0].keyword == "");
    BOOST_TEST(page.replies[0].message.value() == test::message_ids(postgres).at(1));
    BOOST_TEST(!page.next.has_value());
}

BOOST_AUTO_TEST_CASE(the_same_message_again_changes_nothing)
{
    test::make_campaign(postgres, 1);
    text_everybody();
    const auto stop = message("+15550100000", Keyword::stop), start = message("+15550100000", Keyword::start);
    keep(stop);
    keep(stop);
    BOOST_TEST(engagement() == "0 1");
    keep(start);
    keep(stop); // delivered again, late
    BOOST_TEST(opt_outs() == 0);
    BOOST_TEST(engagement() == "0 1");
    BOOST_TEST(postgres.number("select count(*) from inbound_messages") == 2);
}

BOOST_AUTO_TEST_CASE(stop_opts_out_and_is_counted_once)
{
    test::make_campaign(postgres, 1);
    text_everybody();
    keep(message("+15550100000", Keyword::stop));
    keep(message("+15550100000", Keyword::stop));
    BOOST_TEST(engagement() == "0 1"); // a keyword is no reply
    BOOST_TEST(postgres.value("select phone_number || ' ' || source || ' ' || public_id from opt_outs o "
                              "join campaigns c on c.id = o.campaign_id") == "+15550100000 reply sms_1_test01");
    BOOST_TEST(postgres.value("select string_agg(keyword, ' ') from inbound_messages") == "stop stop");
}

BOOST_AUTO_TEST_CASE(start_lifts_what_a_message_set_and_not_what_an_operator_set)
{
    postgres.exec("insert into opt_outs (phone_number, source) values ('+15550100000', 'operator'), "
                  "('+15550100001', 'reply'), ('+15550100002', 'twilio')");
    for (const char* number : {"+15550100000", "+15550100001", "+15550100002"})
        keep(message(number, Keyword::start));
    BOOST_TEST(postgres.value("select string_agg(phone_number, ' ') from opt_outs") == "+15550100000");
    keep(message("+15550100000", Keyword::help));
    keep(message("+15550100000"));
    BOOST_TEST(opt_outs() == 1);
}

BOOST_AUTO_TEST_CASE(a_wish_in_other_words_is_counted_shown_first_and_opts_nobody_out)
{
    const auto campaign = test::make_campaign(postgres, 3);
    text_everybody();
    db::InboundMessage wish = message("+15550100000");
    wish.looks_like_opt_out = true;
    keep(wish);
    keep(message("+15550100001"));
    keep(message("+15550100002"));
    BOOST_TEST(engagement() == "3 0");
    BOOST_TEST(postgres.number("select opt_out_wishes from campaign_counters") == 1);
    BOOST_TEST(opt_outs() == 0);
    const auto first = test::run(context, inbound.of_campaign(campaign.id, 2, std::nullopt));
    BOOST_REQUIRE(first.replies.size() == 2U);
    BOOST_TEST(first.replies[0].from == "+15550100000");
    BOOST_TEST(first.replies[0].looks_like_opt_out);
    BOOST_TEST(!first.replies[0].opted_out);
    BOOST_TEST(first.replies[1].from == "+15550100002");
    postgres.exec("insert into opt_outs (phone_number, source) values ('+15550100000', 'operator')");
    const auto again = test::run(context, inbound.of_campaign(campaign.id, 1, std::nullopt));
    BOOST_TEST(again.replies[0].opted_out);
    const auto rest = test::run(context, inbound.of_campaign(campaign.id, 2, first.next));
    BOOST_REQUIRE(rest.replies.size() == 1U);
    BOOST_TEST(rest.replies[0].from == "+15550100001");
}

BOOST_AUTO_TEST_CASE(who_was_never_texted_is_kept_and_opted_out_all_the_same)
{
    test::make_campaign(postgres, 1); // not sent yet
    keep(message("+15550100000", Keyword::stop));
    BOOST_TEST(answered() == "no campaign no message");
    BOOST_TEST(engagement() == "0 0");
    BOOST_TEST(opt_outs() == 1);
}

BOOST_AUTO_TEST_CASE(a_sender_that_is_no_phone_number_is_kept)
{
    for (const char* sender : {"MyBank", "72345", "rcs:agent_1"})
        keep(message(sender, Keyword::stop));
    BOOST_TEST(postgres.number("select count(*) from inbound_messages") == 3);
    BOOST_TEST(opt_outs() == 0);
}

BOOST_AUTO_TEST_CASE(a_number_of_any_length_opts_out)
{
    for (const char* sender : {"+376312345", "+298211234", "+2290197979797"})
        keep(message(sender, Keyword::stop));
    BOOST_TEST(opt_outs() == 3);
}

BOOST_AUTO_TEST_CASE(the_last_message_from_that_number_is_the_one_that_is_answered)
{
    for (const char* campaign : {"sms_1_first0", "sms_2_second", "sms_3_other0", "sms_4_failed", "sms_5_old000"})
        test::make_campaign(postgres, 1, campaign);
    text_everybody();
    postgres.exec("update campaigns set sender = '+15005559999' where public_id = 'sms_3_other0'");
    postgres.exec("update messages m set status = 'failed' from campaigns c "
                  "where c.id = campaign_id and public_id = 'sms_4_failed'");
    postgres.exec("update messages m set claimed_at = now() - interval '31 days' from campaigns c "
                  "where c.id = campaign_id and public_id = 'sms_5_old000'");
    keep(message("+15550100000"));
    BOOST_TEST(answered() == "sms_2_second +15550100000");
    BOOST_TEST(engagement("sms_2_second") == "1 0");
    postgres.exec("update campaigns set sender = '' where public_id = 'sms_3_other0'"); // a Messaging Service
    keep(message("+15550100000"));
    BOOST_TEST(answered() == "sms_3_other0 +15550100000");
}

BOOST_AUTO_TEST_CASE(a_single_message_is_answered_too)
{
    test::make_campaign(postgres, 1);
    text_everybody();
    postgres.exec("insert into messages (recipient, customer_name, body, segments, sender, status, claimed_at) values "
                  "('+15550100000', '', 'One', 1, '+15005550006', 'delivered', now())");
    keep(message("+15550100000", Keyword::stop));
    BOOST_TEST(answered() == "no campaign +15550100000");
    BOOST_TEST(engagement() == "0 0");
    BOOST_TEST(opt_outs() == 1);
}

BOOST_AUTO_TEST_CASE(replies_are_listed_newest_first_page_by_page)
{
    const auto campaign = test::make_campaign(postgres, 3);
    text_everybody();
    for (const char* sender : {"+15550100000", "+15550100001", "+15550100002"})
        keep(message(sender, Keyword::help));
    const auto first = test::run(context, inbound.of_campaign(campaign.id, 2, std::nullopt));
    BOOST_REQUIRE(first.replies.size() == 2U);
    BOOST_TEST(first.replies[0].from == "+15550100002");
    BOOST_TEST(first.replies[0].keyword == "help");
    const auto rest = test::run(context, inbound.of_campaign(campaign.id, 2, first.next));
    BOOST_REQUIRE(rest.replies.size() == 1U);
    BOOST_TEST(rest.replies[0].from == "+15550100000");
    BOOST_TEST(!rest.next.has_value());
}

BOOST_AUTO_TEST_CASE(it_waits_for_postgresql_but_not_for_long)
{
    postgres.go_away();
    db::Inbound impatient(context.get_executor(), database, 300ms);
    BOOST_CHECK_THROW(test::run(context, impatient.keep(message("+15550100000"))), db::Unavailable);
    const auto come_back_later = [this]() -> boost::asio::awaitable<bool> {
        boost::asio::steady_timer timer(context, 300ms);
        co_await timer.async_wait(boost::asio::use_awaitable);
        postgres.come_back();
        co_return true;
    };
    const auto keep_one = [this](db::InboundMessage one) -> boost::asio::awaitable<bool> {
        co_await inbound.keep(std::move(one));
        co_return true;
    };
    std::vector<boost::asio::awaitable<bool>> both;
    both.push_back(keep_one(message("+15550100001", Keyword::stop)));
    both.push_back(come_back_later());
    test::run_all(context, std::move(both));
    BOOST_TEST(postgres.number("select count(*) from inbound_messages where from_address = '+15550100001'") == 1);
    BOOST_TEST(opt_outs() == 1);
}

BOOST_AUTO_TEST_CASE(stops_and_receipts_at_the_same_time_do_not_wait_for_each_other_in_a_circle)
{
    constexpr int rounds = 150;
    test::make_campaign(postgres, rounds);
    text_everybody();
    postgres.exec("update campaign_counters set sent = pending, pending = 0");
    const auto ids = test::message_ids(postgres);
    db::Database other_database(postgres.options());
    db::ReceiptStore callbacks(other_database, test::account_sid);
    const auto tell = [&]() -> boost::asio::awaitable<bool> {
        for (const db::MessageId id : ids) {
            const std::vector<db::Receipt> batch{test::receipt(id, "failed", 21610)};
            co_await callbacks.apply(batch);
        }
        co_return true;
    };
    const auto stop = [&]() -> boost::asio::awaitable<bool> {
        for (int i = 0; i < rounds; ++i) {
            db::InboundMessage one = message("+1555010" + std::to_string(10'000 + i).substr(1), Keyword::stop);
            co_await inbound.keep(std::move(one));
        }
        co_return true;
    };
    std::vector<boost::asio::awaitable<bool>> both;
    both.push_back(tell());
    both.push_back(stop());
    BOOST_CHECK_NO_THROW(test::run_all(context, std::move(both)));
    BOOST_TEST(opt_outs() == rounds);
    BOOST_TEST(postgres.number("select replies from campaign_counters") <= rounds);
}

BOOST_AUTO_TEST_SUITE_END()
