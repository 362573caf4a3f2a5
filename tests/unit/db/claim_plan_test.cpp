#include "db/outbox/claim_plan.hpp"

#include <boost/test/unit_test.hpp>

#include <cmath>
#include <map>

using namespace waybill::db;
using namespace std::chrono_literals;

namespace
{

const Time start = Time() + 1'000'000s;

SenderTurn sender(double per_second, Time next = start)
{
    SenderTurn made;
    made.per_second = per_second;
    made.next = next;
    return made;
}

// Messages campaign * 1000, campaign * 1000 + 1 …
FreeQueue queue(std::size_t sender, std::int64_t campaign, int count, int segments = 1)
{
    FreeQueue made;
    made.sender = sender;
    made.campaign_id = campaign;
    for (int i = 0; i < count; ++i)
        made.messages.push_back({campaign * 1'000 + i, segments});
    return made;
}

long long milliseconds(Time time)
{
    return std::chrono::round<std::chrono::milliseconds>(time - start).count();
}

std::vector<MessageId> ids(const ClaimPlan& plan)
{
    std::vector<MessageId> found;
    for (const auto& message : plan.messages)
        found.push_back(message.id);
    return found;
}

std::vector<long long> slots(const ClaimPlan& plan)
{
    std::vector<long long> found;
    for (const auto& message : plan.messages)
        found.push_back(milliseconds(message.slot));
    return found;
}

using Ids = std::vector<MessageId>;
using Slots = std::vector<long long>;

} // namespace

BOOST_AUTO_TEST_SUITE(claim_plan)

BOOST_AUTO_TEST_CASE(what_may_leave_within_the_horizon_is_taken_at_even_distances)
{
    std::vector<SenderTurn> senders{sender(10)};
    const auto plan = plan_claim(senders, {queue(0, 1, 50)}, start + 250ms, 100);
    BOOST_CHECK((slots(plan) == Slots{0, 100, 200}));
    BOOST_TEST(milliseconds(senders[0].next) == 300);
}

BOOST_AUTO_TEST_CASE(a_slow_sender_gets_one_message_when_its_time_has_come)
{
    std::vector<SenderTurn> senders{sender(0.5)};
    BOOST_TEST(plan_claim(senders, {queue(0, 1, 9)}, start + 250ms, 100).messages.size() == 1U);
    BOOST_TEST(milliseconds(senders[0].next) == 2'000);
    BOOST_TEST(plan_claim(senders, {queue(0, 1, 9)}, start + 1'900ms, 100).messages.empty());
    BOOST_TEST(plan_claim(senders, {queue(0, 1, 9)}, start + 2'001ms, 100).messages.size() == 1U);
}

BOOST_AUTO_TEST_CASE(segments_take_slots)
{
    std::vector<SenderTurn> senders{sender(10)};
    const auto plan = plan_claim(senders, {queue(0, 1, 9, 3)}, start + 650ms, 100);
    BOOST_CHECK((slots(plan) == Slots{0, 300, 600}));
}

BOOST_AUTO_TEST_CASE(single_messages_go_first_and_campaigns_take_turns)
{
    std::vector<SenderTurn> senders{sender(10)};
    const auto plan = plan_claim(senders, {queue(0, 2, 9), queue(0, 1, 9), queue(0, 0, 2)}, start + 10s, 7);
    BOOST_CHECK((ids(plan) == Ids{0, 1, 1'000, 2'000, 1'001, 2'001, 1'002}));
}

BOOST_AUTO_TEST_CASE(the_turns_go_on_where_the_last_claim_ended)
{
    std::vector<SenderTurn> senders{sender(1)};
    std::map<std::int64_t, int> taken;
    for (int second = 0; second < 30; ++second) {
        const auto plan =
            plan_claim(senders, {queue(0, 1, 9), queue(0, 2, 9), queue(0, 3, 9)}, senders[0].next + 250ms, 100);
        BOOST_REQUIRE(plan.messages.size() == 1U);
        ++taken[plan.messages[0].id / 1'000];
    }
    for (const auto& [campaign, count] : taken)
        BOOST_TEST(count == 10);
}

BOOST_AUTO_TEST_CASE(a_slow_sender_is_not_starved_by_a_fast_one_when_places_are_few)
{
    std::vector<SenderTurn> senders{sender(1'000), sender(10)};
    std::map<std::size_t, int> taken;
    for (int claim = 0; claim < 50; ++claim) {
        const Time now = senders[0].next;
        const auto plan = plan_claim(senders, {queue(0, 1, 100), queue(1, 2, 100)}, now + 250ms, 20);
        for (const auto& message : plan.messages)
            ++taken[message.sender];
    }
    BOOST_TEST(taken[0] + taken[1] == 1'000);
    BOOST_TEST(std::abs(taken[1] - 10) <= 1);
}

BOOST_AUTO_TEST_CASE(a_sender_that_is_probed_gets_one_message)
{
    std::vector<SenderTurn> senders{sender(1'000)};
    senders[0].max_messages = 1;
    BOOST_TEST(plan_claim(senders, {queue(0, 1, 100), queue(0, 2, 100)}, start + 250ms, 20).messages.size() == 1U);
}

BOOST_AUTO_TEST_CASE(a_budget_is_never_overdrawn_and_its_end_is_told_once)
{
    std::vector<SenderTurn> senders{sender(1'000)};
    FreeQueue bounded = queue(0, 1, 9, 2);
    bounded.segments_left = 5;
    const auto plan = plan_claim(senders, {std::move(bounded), queue(0, 2, 3)}, start + 250ms, 20);
    BOOST_CHECK((ids(plan) == Ids{1'000, 2'000, 1'001, 2'001, 2'002}));
    BOOST_REQUIRE(plan.spent.size() == 1U);
    BOOST_TEST(plan.spent[0].campaign_id == 1);
    BOOST_TEST(plan.spent[0].segments == 2);
}

BOOST_AUTO_TEST_CASE(what_the_rest_of_the_day_does_not_cover_waits_and_what_it_has_paid_for_leaves)
{
    std::vector<SenderTurn> senders{sender(1'000)};
    FreeQueue single;
    single.messages = {{1, 1, 75, true}, {2, 2, 75, false}, {3, 1, 75, true}};
    FreeQueue campaign;
    campaign.campaign_id = 7;
    campaign.messages = {{70, 3, 75}, {71, 1, 75}, {72, 1, 75}};
    const auto plan = plan_claim(senders, {single, campaign}, start + 10s, 100, 150);
    BOOST_CHECK((ids(plan) == Ids{1, 2, 3}));
    BOOST_TEST(plan.day_cost == 150);
    BOOST_TEST(plan.day_short.value() == 75);
    const auto most = plan_claim(senders, {single, campaign}, start + 10s, 100, 300);
    BOOST_CHECK((ids(most) == Ids{1, 2, 3, 71, 72}));
    BOOST_TEST(most.day_short.value() == 225);
    BOOST_CHECK((ids(plan_claim(senders, {single, campaign}, start + 10s, 100)) == Ids{1, 2, 3, 70, 71, 72}));
}

BOOST_AUTO_TEST_SUITE_END()
