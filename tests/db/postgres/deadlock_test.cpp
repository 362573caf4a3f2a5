#include "db/outbox/outbox.hpp"
#include "db/receipts/store.hpp"
#include "tests/support/claims.hpp"
#include "tests/support/postgres.hpp"
#include "tests/support/receipts.hpp"
#include "tests/support/run_all.hpp"

#include <boost/test/unit_test.hpp>

#include <vector>

// Two processes work on the same rows at the same time, in whatever order the receipts have come: neither may wait for
// the other forever. PostgreSQL would end one of the two, which throws Unavailable.

namespace
{

using namespace waybill;
using test::receipt;
using Batch = std::vector<db::Receipt>;

constexpr std::size_t rounds = 150;

struct Fixture
{
    test::TestDatabase postgres;
    boost::asio::io_context context{1};
    db::Database one_database{postgres.receipt_options()}, other_database{postgres.receipt_options()};
    db::ReceiptStore one{one_database, test::account_sid}, other{other_database, test::account_sid};
    std::vector<db::MessageId> first_campaign, second_campaign;

    Fixture()
    {
        test::make_campaign(postgres, 2 * rounds, "sms_1_first");
        test::make_campaign(postgres, 2 * rounds, "sms_1_second");
        first_campaign = test::message_ids(postgres, "sms_1_first");
        second_campaign = test::message_ids(postgres, "sms_1_second");
    }

    static boost::asio::awaitable<bool> apply_all(db::ReceiptStore& process, std::vector<Batch> batches)
    {
        for (const Batch& batch : batches)
            co_await process.apply(batch);
        co_return true;
    }

    // Throws when one of them is ended by PostgreSQL.
    void apply_at_once(std::vector<Batch> batches, std::vector<Batch> other_batches)
    {
        std::vector<boost::asio::awaitable<bool>> processes;
        processes.push_back(apply_all(one, std::move(batches)));
        processes.push_back(apply_all(other, std::move(other_batches)));
        test::run_all(context, std::move(processes));
        BOOST_TEST(postgres.counter_faults() == "");
    }
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(deadlock, Fixture)

BOOST_AUTO_TEST_CASE(several_receipts_of_a_message_in_a_batch_lock_the_campaigns_in_order)
{
    postgres.exec("update messages set status = 'accepted', accepted_at = now(), claimed_at = now()");
    postgres.exec(
        "update campaign_counters set accepted = pending, ever_accepted = pending, accepted_segments = pending, "
        "pending = 0");
    std::vector<Batch> batches, other_batches;
    for (std::size_t i = 0; i < rounds; ++i) {
        // The first report of the first campaign's message moves nothing.
        batches.push_back({receipt(first_campaign[i], "queued"), receipt(second_campaign[i], "delivered"),
                           receipt(first_campaign[i], "delivered")});
        other_batches.push_back(
            {receipt(first_campaign[rounds + i], "delivered"), receipt(second_campaign[rounds + i], "delivered")});
    }
    BOOST_CHECK_NO_THROW(apply_at_once(std::move(batches), std::move(other_batches)));
}

BOOST_AUTO_TEST_CASE(the_same_stray_receipts_are_kept_whatever_their_order)
{
    std::vector<Batch> batches, other_batches;
    for (int i = 0; i < static_cast<int>(rounds); ++i) {
        db::Receipt foreign = receipt(first_campaign[0], "sent", i + 1);
        foreign.account_sid = "AC00000000000000000000000000000099";
        const db::Receipt unknown = receipt(4711, "sent", i + 1), later = receipt(4712, "sent", i + 1);
        const db::Receipt known = receipt(first_campaign[0], "teleported", i + 1);
        batches.push_back({foreign, unknown, later, known});
        other_batches.push_back({later, known, unknown, foreign});
    }
    BOOST_CHECK_NO_THROW(apply_at_once(std::move(batches), std::move(other_batches)));
    BOOST_TEST(postgres.number("select count(*) from stray_receipts") == 3 * static_cast<std::int64_t>(rounds));
}

BOOST_AUTO_TEST_CASE(claims_of_several_campaigns_and_receipts_do_not_get_in_each_others_way)
{
    std::vector<Batch> batches;
    for (std::size_t i = 0; i < 2 * rounds; ++i)
        batches.push_back({receipt(second_campaign[i], "sent"), receipt(first_campaign[i], "sent")});
    const auto claim_all = [](db::Database& database) -> boost::asio::awaitable<bool> {
        db::Outbox outbox(database);
        for (;;) {
            db::ClaimRequest request = test::claim_request(4);
            const db::Claim claim = co_await outbox.claim(std::move(request));
            if (claim.messages.empty() && !claim.contended) co_return true;
        }
    };
    std::vector<boost::asio::awaitable<bool>> processes;
    processes.push_back(claim_all(one_database));
    processes.push_back(claim_all(other_database));
    processes.push_back(apply_all(other, std::move(batches)));
    BOOST_CHECK_NO_THROW(test::run_all(context, std::move(processes)));
    BOOST_TEST(postgres.counter_faults() == "");
}

BOOST_AUTO_TEST_SUITE_END()
