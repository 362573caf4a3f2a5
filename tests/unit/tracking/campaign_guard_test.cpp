#include "server/tracking/campaign_guard.hpp"

#include <boost/test/unit_test.hpp>

#include <string>
#include <vector>

using namespace waybill;
using tracking::GuardLimits;

namespace
{

struct Case
{
    const char* what;
    std::int64_t accepted, final;
    std::vector<db::ErrorCount> errors;
    int code; // that pauses; 0: none does
};

int code_that_pauses(const Case& each, const GuardLimits& limits = {})
{
    db::CampaignHealth health;
    health.accepted = each.accepted;
    health.final = each.final;
    health.errors = each.errors;
    const auto reason = tracking::reason_to_pause(health, limits);
    return reason ? reason->code : 0;
}

const std::vector<Case> cases = {
    {"nothing fails", 1'000, 1'000, {}, 0},
    {"four filtered ones prove nothing", 4, 4, {{30007, 4}}, 0},
    {"five of a hundred are filtered", 100, 100, {{30007, 5}}, 30007},
    {"three percent are allowed", 1'000, 1'000, {{30007, 30}}, 0},
    {"more than three percent are filtered", 1'000, 500, {{30007, 31}}, 30007},
    {"filtering is a share of what was accepted", 10'000, 40, {{30007, 40}}, 0},
    {"a third fails for an unknown reason", 100, 60, {{30008, 20}}, 30008},
    {"thirty percent are allowed", 100, 60, {{30008, 18}}, 0},
    {"few known ends prove nothing", 1'000, 49, {{30008, 49}}, 0},
    {"several reasons are added up", 100, 60, {{30008, 9}, {30410, 12}}, 30410},
    {"an unknown code is counted", 100, 60, {{39999, 40}}, 39999},
    {"a failure without a code is counted", 100, 60, {{0, 10}, {30008, 11}}, 30008},
    {"bad numbers never pause", 100, 100, {{30003, 30}, {30005, 30}, {30006, 20}, {21610, 10}, {21211, 10}}, 0},
    {"bad numbers do not help the others over the limit", 100, 100, {{30005, 60}, {30008, 30}}, 0},
    {"two unregistered ones prove nothing", 100, 100, {{30034, 2}}, 0},
    {"the sender is not registered", 100'000, 3, {{30034, 3}}, 30034},
    {"the account is suspended", 3, 3, {{30002, 3}}, 30002},
    {"faults of the sender go before filtering", 100, 100, {{30007, 50}, {30032, 3}}, 30032},
    {"what Twilio refuses immediately is left to the pause of its sender", 1'000, 40, {{21606, 40}}, 0},
};

} // namespace

BOOST_AUTO_TEST_SUITE(campaign_guard)

BOOST_AUTO_TEST_CASE(a_campaign_pauses_for_what_goes_wrong_with_it_and_not_for_bad_numbers)
{
    for (const Case& each : cases)
        BOOST_TEST(code_that_pauses(each) == each.code, each.what);
}

BOOST_AUTO_TEST_CASE(limits_are_settable_and_can_be_off)
{
    const Case filtered{"", 100, 100, {{30007, 20}}, 0}, failed{"", 100, 100, {{30008, 60}}, 0};
    BOOST_TEST(code_that_pauses(filtered, {20, 30}) == 0);
    BOOST_TEST(code_that_pauses(filtered, {19, 30}) == 30007);
    BOOST_TEST(code_that_pauses(filtered, {0, 30}) == 0);
    BOOST_TEST(code_that_pauses(failed, {3, 60}) == 0);
    BOOST_TEST(code_that_pauses(failed, {3, 59}) == 30008);
    BOOST_TEST(code_that_pauses(failed, {3, 0}) == 0);
    BOOST_TEST(code_that_pauses({"", 100, 100, {{30034, 3}}, 0}, {0, 0}) == 30034);
}

BOOST_AUTO_TEST_CASE(the_reason_tells_the_counts_and_what_to_do)
{
    db::CampaignHealth health;
    health.accepted = 200;
    health.final = 150;
    health.errors = {{30007, 20}};
    const std::string filtered = tracking::reason_to_pause(health, {}).value().text;
    BOOST_TEST(filtered.starts_with("20 of 200 messages (10%) were filtered"), filtered);
    BOOST_TEST(filtered.find("Message blocked by carrier. Pause, review the text") != std::string::npos, filtered);
    health.errors = {{30034, 7}};
    const std::string unregistered = tracking::reason_to_pause(health, {}).value().text;
    BOOST_TEST(unregistered.starts_with("7 messages failed with error 30034: The sender is not registered"),
               unregistered);
}

BOOST_AUTO_TEST_SUITE_END()
