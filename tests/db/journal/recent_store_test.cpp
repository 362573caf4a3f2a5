#include "db/journal/recent_store.hpp"

#include "tests/support/directory.hpp"
#include "tests/support/receipts.hpp"

#include <boost/test/unit_test.hpp>

#include <filesystem>
#include <fstream>

using namespace waybill;
using namespace std::chrono_literals;

namespace
{

const db::Time now = std::chrono::floor<std::chrono::microseconds>(std::chrono::system_clock::now());

db::TicketNumbers numbers(std::int64_t claims, std::int64_t outcomes, std::int64_t receipts, std::int64_t replies = 0)
{
    return {{"claims", claims}, {"outcomes", outcomes}, {"receipts", receipts}, {"replies", replies}};
}

db::InboundMessage stop_of(const std::string& number)
{
    db::InboundMessage reply;
    reply.sid = "SM" + number;
    reply.received_at = now;
    reply.from = number;
    reply.from_is_number = true;
    reply.to = "+15005550006";
    reply.body = "STOP";
    reply.keyword = db::Keyword::stop;
    reply.extra_json = "{}";
    return reply;
}

struct RecentFixture
{
    test::TestDirectory directory;
    db::RecentStore store{directory.path(), 1 << 22};

    RecentFixture() { store.open("p1", numbers(10, 10, 10)); }

    void keep_receipts(db::MessageId id, std::int64_t ticket, db::Time at)
    {
        const std::vector<db::Receipt> receipts{test::receipt(id, "sent"), test::receipt(id, "delivered")};
        store.keep_receipts(receipts, ticket, at);
    }
    std::vector<db::MessageId> claimed()
    {
        std::vector<db::MessageId> ids;
        for (const db::RecentClaim& claim : store.claims())
            ids.push_back(claim.message_id);
        return ids;
    }
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(recent_store, RecentFixture)

BOOST_AUTO_TEST_CASE(it_covers_what_was_committed_since_it_began_and_nothing_before)
{
    const std::vector<db::MessageId> ids{1, 2, 3};
    store.keep_claims(ids, 11, now);
    keep_receipts(1, 11, now);
    BOOST_TEST(store.covers(numbers(10, 10, 10), numbers(11, 10, 11)));
    BOOST_TEST(store.covers(numbers(11, 10, 10), numbers(11, 10, 11)));
    BOOST_TEST(!store.covers(numbers(9, 10, 10), numbers(11, 10, 11)));
    BOOST_TEST(!store.covers(numbers(10, 10, 10), numbers(11, 10, 12))); // the last one was not kept
    BOOST_TEST(!store.covers({}, numbers(11, 10, 11)));
}

BOOST_AUTO_TEST_CASE(claims_stay_until_some_time_after_their_requests_may_have_left)
{
    const std::vector<db::MessageId> ids{1, 2, 3}, sent{1}, not_sent{2};
    store.keep_claims(ids, 11, now - 10min);
    store.keep_outcomes(sent, not_sent, 11, now - 5min);
    BOOST_TEST(claimed() == (std::vector<db::MessageId>{1, 3}), boost::test_tools::per_element());
    BOOST_CHECK(store.claims()[0].claimed_at == now - 10min);
    store.forget(now - 7min);
    BOOST_TEST(claimed() == (std::vector<db::MessageId>{1, 3}), boost::test_tools::per_element());
    store.forget(now - 4min);
    BOOST_TEST(claimed() == (std::vector<db::MessageId>{3}), boost::test_tools::per_element());
    store.forget(now + 2 * 24h);
    BOOST_TEST(claimed().empty());
}

BOOST_AUTO_TEST_CASE(what_is_forgotten_is_no_longer_covered)
{
    keep_receipts(1, 11, now - 10min);
    keep_receipts(2, 12, now - 1min);
    store.forget(now - 5min);
    const auto left = store.receipts(0, 10);
    BOOST_REQUIRE(left.size() == 2U);
    BOOST_TEST(left[0].receipt.message_id == 2);
    BOOST_TEST(store.receipts(left[0].place, 1).at(0).receipt.status == "delivered");
    BOOST_TEST(store.covers(numbers(10, 10, 11), numbers(10, 10, 12)));
    BOOST_TEST(!store.covers(numbers(10, 10, 10), numbers(10, 10, 12)));
}

BOOST_AUTO_TEST_CASE(a_reply_comes_back_as_it_was)
{
    store.keep_reply(stop_of("+15550100000"), 1, now);
    const db::InboundMessage reply = store.replies().at(0);
    BOOST_TEST(reply.from == "+15550100000");
    BOOST_TEST(reply.body == "STOP");
    BOOST_CHECK(reply.keyword == db::Keyword::stop);
    BOOST_CHECK(reply.received_at == now);
    BOOST_TEST(reply.from_is_number);
    BOOST_TEST(!reply.looks_like_opt_out);
    BOOST_TEST(!reply.may_lift);
    BOOST_TEST(store.covers(numbers(10, 10, 10, 0), numbers(10, 10, 10, 1)));
}

BOOST_AUTO_TEST_CASE(a_restart_continues_and_another_process_or_a_damaged_file_begins_anew)
{
    keep_receipts(1, 11, now);
    db::RecentStore again(directory.path(), 1 << 22);
    again.open("p1", numbers(10, 10, 11));
    BOOST_TEST(again.receipts(0, 10).size() == 2U);
    again.open("p2", {});
    BOOST_TEST(again.receipts(0, 10).empty());
    again.remove();
    std::filesystem::create_directories(directory.path());
    std::ofstream(directory.path() / "recent.sqlite") << std::string(8'192, 'x');
    again.open("p2", numbers(1, 1, 1));
    BOOST_TEST(again.receipts(0, 10).empty());
    BOOST_TEST(!again.covers({}, numbers(1, 1, 1)));
}

BOOST_AUTO_TEST_CASE(a_person_who_is_erased_is_in_none_of_it)
{
    db::Receipt receipt = test::receipt(1, "delivered");
    receipt.extra_json = R"({"To":"+15550100000"})";
    const std::vector<db::Receipt> receipts{receipt};
    store.keep_receipts(receipts, 11, now);
    store.keep_reply(stop_of("+15550100000"), 1, now);
    store.keep_reply(stop_of("+15550100001"), 2, now);
    BOOST_TEST(db::erase_from_recent(directory.path(), "+15550100000") == 2);
    BOOST_TEST(store.receipts(0, 10).at(0).receipt.extra_json == "");
    BOOST_TEST(store.replies().size() == 1U);
    BOOST_TEST(store.erase("+15550100001") == 1);
    BOOST_TEST(db::erase_from_recent(directory.path() / "nowhere", "+15550100001") == 0);
}

BOOST_AUTO_TEST_SUITE_END()
