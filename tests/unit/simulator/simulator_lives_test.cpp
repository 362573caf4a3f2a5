#include "server/simulator/messages.hpp"
#include "server/simulator/sids.hpp"

#include <boost/test/unit_test.hpp>

#include <map>
#include <set>
#include <string>

namespace sim = waybill::simulator;
using sim::Reporting;
using sim::Status;
using sim::Step;
using waybill::simulator::SimulatorOptions;

namespace
{

constexpr std::uint64_t many = 20'000;

template <class Predicate>
double share_of(Predicate holds)
{
    std::uint64_t count = 0;
    for (std::uint64_t index = 0; index < many; ++index)
        count += holds(index) ? 1 : 0;
    return static_cast<double>(count) / many;
}

std::string words_of(const std::vector<Step>& steps)
{
    std::string words;
    for (const Step& step : steps) {
        words.append(sim::name_of(step.status)).append(" reported ");
        words.append(std::to_string(static_cast<int>(step.reporting))).append(step.moves ? "; " : " late; ");
    }
    return words;
}

void check_steps(const sim::Life& life, const std::vector<Step>& expected)
{
    BOOST_CHECK_EQUAL(words_of(sim::steps_of(life)), words_of(expected));
}

} // namespace

BOOST_AUTO_TEST_SUITE(simulator_lives)

BOOST_AUTO_TEST_CASE(without_shares_every_message_is_delivered_and_told_once)
{
    const SimulatorOptions options;
    for (std::uint64_t index = 0; index < 100; ++index) {
        BOOST_CHECK(sim::draw_create_fault(options, index) == sim::CreateFault::none);
        check_steps(sim::draw_life(options, index, false),
                    {{Status::sent, Reporting::once, true}, {Status::delivered, Reporting::once, true}});
    }
}

BOOST_AUTO_TEST_CASE(the_same_seed_and_index_draw_the_same_life)
{
    SimulatorOptions options;
    options.undelivered_share = options.duplicate_share = options.reorder_share = options.loss_share = 0.5;
    SimulatorOptions other_seed = options;
    other_seed.seed = 2;
    const auto life_differs = [](const SimulatorOptions& left, const SimulatorOptions& right) {
        return [&](std::uint64_t index) {
            return sim::steps_of(sim::draw_life(left, index, true)) !=
                   sim::steps_of(sim::draw_life(right, index, true));
        };
    };
    BOOST_CHECK_EQUAL(share_of(life_differs(options, options)), 0);
    BOOST_CHECK_GT(share_of(life_differs(options, other_seed)), 0.5);
}

BOOST_AUTO_TEST_CASE(shares_are_met)
{
    SimulatorOptions options;
    options.undelivered_share = 0.05;
    options.failed_share = 0.02;
    options.duplicate_share = 0.1;
    options.reorder_share = 0.2;
    const auto life = [&](std::uint64_t index) { return sim::draw_life(options, index, false); };
    const auto near = boost::test_tools::tolerance(0.15);
    BOOST_TEST(share_of([&](auto index) { return life(index).end == Status::undelivered; }) == 0.05, near);
    BOOST_TEST(share_of([&](auto index) { return life(index).end == Status::failed; }) == 0.02, near);
    BOOST_TEST(share_of([&](auto index) { return life(index).reordered; }) == 0.2, near);
    BOOST_TEST(share_of([&](auto index) { return (life(index).doubled & 4) != 0; }) == 0.1, near);
    BOOST_TEST(share_of([&](auto index) { return life(index).lost != 0; }) == 0.0);
}

BOOST_AUTO_TEST_CASE(an_undelivered_message_has_one_of_four_codes_and_a_failed_one_30008)
{
    SimulatorOptions options;
    options.undelivered_share = 1;
    std::map<int, int> codes;
    for (std::uint64_t index = 0; index < 400; ++index)
        ++codes[sim::draw_life(options, index, false).error_code];
    BOOST_REQUIRE_EQUAL(codes.size(), 4U);
    for (const int code : {30005, 30006})
        BOOST_CHECK_GT(codes[code], codes[30007]);
    BOOST_CHECK_GT(codes[30003], 150);
    BOOST_CHECK_GT(codes[30007], 10);

    options.failed_share = 1;
    BOOST_CHECK_EQUAL(sim::draw_life(options, 0, false).error_code, 30008);
}

BOOST_AUTO_TEST_CASE(create_faults_share_one_draw_in_the_order_of_their_shares)
{
    SimulatorOptions options;
    options.throttle_share = 0.25;
    options.error_before_share = 0.25;
    options.cut_after_share = 0.25;
    std::map<sim::CreateFault, double> shares;
    for (std::uint64_t index = 0; index < many; ++index)
        shares[sim::draw_create_fault(options, index)] += 1.0 / many;
    const auto near = boost::test_tools::tolerance(0.1);
    BOOST_TEST(shares[sim::CreateFault::none] == 0.25, near);
    BOOST_TEST(shares[sim::CreateFault::throttled] == 0.25, near);
    BOOST_TEST(shares[sim::CreateFault::error_before] == 0.25, near);
    BOOST_TEST(shares[sim::CreateFault::cut_after] == 0.25, near);
    BOOST_TEST(shares[sim::CreateFault::error_after] == 0.0);
}

BOOST_AUTO_TEST_CASE(a_life_is_told_as_its_draws_say)
{
    sim::Life life;
    life.queues = true;
    life.doubled = 0b100;
    check_steps(life, {{Status::queued, Reporting::once, true},
                       {Status::sent, Reporting::once, true},
                       {Status::delivered, Reporting::twice, true}});
    life.reordered = true;
    check_steps(life, {{Status::queued, Reporting::once, true},
                       {Status::sent, Reporting::not_yet, true},
                       {Status::delivered, Reporting::twice, true},
                       {Status::sent, Reporting::once, false}});
    life.lost = 0b111;
    check_steps(life, {{Status::queued, Reporting::lost, true},
                       {Status::sent, Reporting::not_yet, true},
                       {Status::delivered, Reporting::lost, true},
                       {Status::sent, Reporting::lost, false}});
    sim::Life failed;
    failed.end = Status::failed;
    failed.reordered = true;
    check_steps(failed, {{Status::failed, Reporting::once, true}});
    sim::Life canceled;
    canceled.end = Status::canceled;
    check_steps(canceled, {{Status::canceled, Reporting::once, true}});
}

BOOST_AUTO_TEST_CASE(waits_average_the_latency_and_have_a_bound)
{
    SimulatorOptions options;
    options.callback_latency = std::chrono::milliseconds(1'000);
    double sum = 0;
    for (std::uint64_t index = 0; index < many; ++index) {
        const auto delay = sim::draw_delay(options, index, 1);
        BOOST_REQUIRE(delay.count() >= 500 && delay.count() <= 1'500);
        sum += static_cast<double>(delay.count());
    }
    BOOST_TEST(sum / many == 1'000.0, boost::test_tools::tolerance(0.02));
}

BOOST_AUTO_TEST_CASE(sids_are_well_formed_unique_and_lead_back_to_their_index)
{
    std::set<std::string> seen;
    for (std::uint64_t index = 0; index < many; ++index) {
        const std::string sid = sim::make_sid("SM", 7, index, sim::Aspect::message_sid);
        BOOST_REQUIRE_EQUAL(sid.size(), 34U);
        BOOST_REQUIRE_EQUAL(sid.substr(2).find_first_not_of("0123456789abcdef"), std::string::npos);
        BOOST_REQUIRE(sim::index_of_sid("SM", 7, sid, sim::Aspect::message_sid) == index);
        seen.insert(sid);
    }
    BOOST_CHECK_EQUAL(seen.size(), many);
}

BOOST_AUTO_TEST_CASE(a_foreign_sid_leads_to_no_index)
{
    const std::string sid = sim::make_sid("SM", 7, 1, sim::Aspect::message_sid);
    for (const std::string& foreign : {std::string("SM00000000000000000000000000000000"), std::string("SM"), sid + "0",
                                       "MM" + sid.substr(2), "SM" + std::string(32, 'z')})
        BOOST_CHECK(!sim::index_of_sid("SM", 7, foreign, sim::Aspect::message_sid));
    BOOST_CHECK(!sim::index_of_sid("SM", 8, sid, sim::Aspect::message_sid));
    BOOST_CHECK(!sim::index_of_sid("SM", 7, sid, sim::Aspect::inbound_sid));
}

BOOST_AUTO_TEST_CASE(a_uuid_has_its_usual_form)
{
    const std::string uuid = sim::make_uuid(1, 2, sim::Aspect::idempotency_token);
    BOOST_REQUIRE_EQUAL(uuid.size(), 36U);
    for (const std::size_t dash : {8, 13, 18, 23})
        BOOST_CHECK_EQUAL(uuid[dash], '-');
    BOOST_CHECK_EQUAL(uuid[14], '4');
    BOOST_CHECK_EQUAL(uuid[19], 'a');
    BOOST_CHECK_NE(uuid, sim::make_uuid(1, 3, sim::Aspect::idempotency_token));
}

BOOST_AUTO_TEST_CASE(a_number_that_ends_in_an_error_code_gets_that_error)
{
    sim::Life life;
    sim::follow_number(life, "+12125550101");
    BOOST_TEST((life.end == sim::Status::delivered));
    sim::follow_number(life, "+12025530003");
    BOOST_TEST((life.end == sim::Status::undelivered));
    BOOST_TEST(life.error_code == 30003);
}

BOOST_AUTO_TEST_SUITE_END()
