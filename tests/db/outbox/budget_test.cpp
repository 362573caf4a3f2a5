#include "server/sending/outcome.hpp"
#include "tests/support/outbox_fixture.hpp"
#include "tests/support/run_all.hpp"

#include <boost/test/unit_test.hpp>

#include <set>

using namespace waybill;
using std::chrono::system_clock;

namespace
{

struct Fixture : test::OutboxFixture
{
    void set_budget(int segments, const std::string& public_id = "sms_1_test01") const
    {
        postgres.exec("with bounded as (update campaigns set max_cost = price_per_segment * " +
                      std::to_string(segments) + " where public_id = '" + public_id +
                      "' returning id) insert into campaign_budgets select id, " + std::to_string(segments) +
                      " from bounded");
    }
    std::int64_t left() const { return postgres.number("select segments_left from campaign_budgets"); }
    std::string status() const { return postgres.value("select status from campaigns"); }
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(budget, Fixture)

BOOST_AUTO_TEST_CASE(claims_take_their_segments_out_and_the_campaign_pauses_when_nothing_fits_any_more)
{
    test::make_campaign(postgres, 10);
    set_budget(4);
    const auto claimed = claim(100);
    BOOST_TEST(claimed.size() == 4U);
    BOOST_TEST(left() == 0);
    BOOST_TEST(claim(100).empty());
    BOOST_TEST(status() == "sending"); // what is under way may come back
    accept(claimed);
    const db::Claim last = claim(test::claim_request(100));
    BOOST_TEST(last.messages.empty());
    BOOST_TEST(last.budget_paused.size() == 1U);
    BOOST_TEST(status() == "paused");
    BOOST_TEST(postgres.value("select pause_reason from campaigns") ==
               "The budget of 0.0300 USD is used up: 0.0300 USD are spent, and the next message costs 0.0075 USD. "
               "Resume with a higher maxCost, or cancel the campaign.");
    BOOST_TEST(postgres.counter_faults() == "");
}

BOOST_AUTO_TEST_CASE(what_Twilio_did_not_take_goes_back_once)
{
    test::make_campaign(postgres, 10);
    set_budget(4);
    const auto claimed = claim(100);
    const auto now = system_clock::now();
    const std::vector<db::SendOutcome> outcomes{
        sending::decide(claimed.at(0), twilio::Rejected{400, 21211, ""}, now, 0),
        sending::decide(claimed.at(1), twilio::Throttled{}, now, 0), sending::give_back(claimed.at(2), now),
        sending::decide(claimed.at(3), twilio::Unknown{""}, now, 0)};
    settle(outcomes);
    BOOST_TEST(left() == 3); // the unknown one may have been sent
    settle(outcomes);
    BOOST_TEST(left() == 3);
    BOOST_TEST(claim(100).size() == 3U);
    settle(outcomes);
    BOOST_TEST(left() == 0);
}

BOOST_AUTO_TEST_CASE(segments_that_Twilio_counts_otherwise_are_made_up_for)
{
    test::make_campaign(postgres, 10);
    set_budget(9);
    const auto claimed = claim(2);
    BOOST_TEST(left() == 7);
    const auto now = system_clock::now();
    const std::vector<db::SendOutcome> outcomes{
        sending::decide(claimed.at(0), twilio::Accepted{"SM1", "queued", 3}, now, 0),
        sending::decide(claimed.at(1), twilio::Accepted{"SM2", "queued", std::nullopt}, now, 0)};
    settle(outcomes);
    settle(outcomes);
    BOOST_TEST(left() == 5);
    BOOST_TEST(postgres.counter_faults() == "");
}

BOOST_AUTO_TEST_CASE(a_campaign_without_a_budget_goes_on_beside_one_whose_budget_is_used_up)
{
    test::make_campaign(postgres, 5, "sms_1_bounded");
    test::make_campaign(postgres, 5, "sms_2_free000");
    set_budget(2, "sms_1_bounded");
    std::size_t claimed = 0;
    for (int i = 0; i < 5; ++i)
        claimed += claim(4).size();
    BOOST_TEST(claimed == 7U);
}

BOOST_AUTO_TEST_CASE(two_processes_cannot_overdraw_it_nor_lock_each_other_out)
{
    constexpr int each = 300, bounded = 150;
    test::make_campaign(postgres, each, "sms_1_first0");
    test::make_campaign(postgres, each, "sms_2_second");
    set_budget(bounded, "sms_1_first0");
    set_budget(bounded, "sms_2_second");
    db::Database other_database(postgres.options());
    db::Outbox other(other_database);
    boost::asio::io_context context(1);
    std::multiset<db::MessageId> accepted;
    int counter = 0;
    // Some are throttled, so that segments go back while the other process claims.
    const auto work = [&](db::Outbox process) -> boost::asio::awaitable<bool> {
        for (bool more = true; more;) {
            db::ClaimRequest request = test::claim_request(7);
            const db::Claim claim = co_await process.claim(std::move(request));
            std::vector<db::SendOutcome> outcomes;
            for (const auto& message : claim.messages) {
                const bool throttled = ++counter % 4 == 0;
                twilio::SendResult result = twilio::Accepted{"SM" + std::to_string(message.id), "queued", 1};
                if (throttled)
                    result = twilio::Throttled{};
                else
                    accepted.insert(message.id);
                outcomes.push_back(sending::decide(message, result, system_clock::now(), 0));
            }
            std::reverse(outcomes.begin(), outcomes.end());
            co_await process.settle(outcomes);
            more = !claim.messages.empty() || claim.contended;
        }
        co_return true;
    };
    std::vector<boost::asio::awaitable<bool>> processes;
    processes.push_back(work(outbox));
    processes.push_back(work(other));
    BOOST_CHECK_NO_THROW(test::run_all(context, std::move(processes)));
    BOOST_TEST(accepted.size() == 2U * bounded);
    BOOST_TEST(std::set<db::MessageId>(accepted.begin(), accepted.end()).size() == accepted.size());
    BOOST_TEST(postgres.number("select sum(segments_left) from campaign_budgets") == 0);
    BOOST_TEST(postgres.number("select deadlocks from pg_stat_database where datname = current_database()") == 0);
    BOOST_TEST(postgres.counter_faults() == "");
}

BOOST_AUTO_TEST_SUITE_END()
