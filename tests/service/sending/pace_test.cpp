#include "tests/support/polling.hpp"
#include "tests/support/serve_process.hpp"
#include "tests/support/simulator_process.hpp"
#include "tests/support/tested_build.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdlib>
#include <map>
#include <vector>

using namespace waybill;
using test::CampaignUpload;
using test::ServeProcess;
using test::SimulatorProcess;
using test::TestDatabase;

namespace json = boost::json;
using Clock = std::chrono::steady_clock;

namespace
{

constexpr int per_second = 20;
constexpr std::int64_t a_second = 1'000'000; // microseconds
constexpr const char* usual_sender = "+15005550006";
constexpr const char* other_sender = "+15005550010";

// WAYBILL_PACE_SECONDS.
int seconds_of_sending()
{
    const char* text = std::getenv("WAYBILL_PACE_SECONDS");
    return text == nullptr ? 10 : std::stoi(text);
}

struct Arrival
{
    std::int64_t at; // microseconds
    std::int64_t segments;
};

using Arrivals = std::vector<Arrival>; // in order

std::map<std::string, Arrivals> arrivals_by_sender(const SimulatorProcess& twilio)
{
    std::map<std::string, Arrivals> arrivals;
    for (const json::object& line : twilio.ledger())
        arrivals[line.at("from").as_string().c_str()].push_back(
            {line.at("arrived").as_int64(), line.at("segments").to_number<std::int64_t>()});
    return arrivals;
}

// The most segments in any second.
std::int64_t busiest_second(const Arrivals& arrivals)
{
    std::int64_t most = 0, inside = 0;
    std::size_t first = 0;
    for (const Arrival& arrival : arrivals) {
        inside += arrival.segments;
        for (; arrivals[first].at <= arrival.at - a_second; ++first)
            inside -= arrivals[first].segments;
        most = std::max(most, inside);
    }
    return most;
}

double mean_rate(const Arrivals& arrivals)
{
    std::int64_t segments = -arrivals.back().segments;
    for (const Arrival& arrival : arrivals)
        segments += arrival.segments;
    return static_cast<double>(segments * a_second) / static_cast<double>(arrivals.back().at - arrivals.front().at);
}

struct Campaign
{
    std::string id;
    Clock::time_point asked_at{}, completed_at{};
    double estimated_seconds = 0;

    void ask(const ServeProcess& waybill)
    {
        const json::value reported = waybill.get_json("/api/campaigns/" + id).at("estimatedSeconds");
        asked_at = Clock::now();
        BOOST_REQUIRE_MESSAGE(!reported.is_null(), id << " has no estimate");
        estimated_seconds = reported.to_number<double>();
    }

    bool is_completed(const ServeProcess& waybill)
    {
        if (completed_at != Clock::time_point{}) return true;
        const bool completed = waybill.status(id).at("status").as_string() == "completed";
        if (completed) completed_at = Clock::now();
        return completed;
    }

    void check_estimate() const
    {
        const double took = std::chrono::duration<double>(completed_at - asked_at).count();
        const double tolerance = took / 10 + 1; // it is reported in whole seconds, rounded up
        BOOST_TEST_MESSAGE(id << " estimated " << estimated_seconds << " s, took " << took << " s");
        BOOST_TEST(std::abs(estimated_seconds - took) <= tolerance,
                   id << ": " << estimated_seconds << " s were estimated and it took " << took << " s");
    }
};

// Two processes on one database, and three campaigns of the one sender beside one of the other.
struct Fixture
{
    Fixture()
    {
        one.start();
        other.start();
        const int share = per_second * seconds / 3;
        create(one, share, usual_sender);
        create(other, share, usual_sender);
        create(one, share, usual_sender);
        create(other, 3 * share, other_sender);
    }

    void create(const ServeProcess& waybill, int customers, const char* sender)
    {
        const test::RawReply reply = waybill.create(CampaignUpload()
                                                        .header("Prefer", "respond-async")
                                                        .with("from", sender)
                                                        .file(test::lapsed_customers(customers)));
        BOOST_REQUIRE_MESSAGE(reply.status == 202, reply.body);
        campaigns.push_back({test::json_of(reply).at("data").at("campaignId").as_string().c_str()});
        total += customers;
    }

    void wait_until_accepted(int count) const
    {
        const auto accepted = [&] { return twilio.counters().at("accepted").to_number<int>() >= count; };
        test::wait_until("Twilio has them", accepted, std::chrono::seconds(20 + 2 * seconds));
    }

    void wait_until_completed()
    {
        const auto all_completed = [this] {
            return std::ranges::all_of(campaigns, [this](Campaign& each) { return each.is_completed(one); });
        };
        test::wait_until("all campaigns are completed", all_completed, std::chrono::seconds(20 + 2 * seconds));
    }

    const int seconds = seconds_of_sending();
    int total = 0;
    std::vector<Campaign> campaigns;
    TestDatabase database;
    SimulatorProcess twilio{{{"api-latency", "20"}, {"callback-latency", "20"}}};
    const std::map<std::string, std::string> settings{{"MESSAGES_PER_SECOND", std::to_string(per_second)}};
    ServeProcess one{database, twilio.origin(), settings}, other{database, twilio.origin(), settings};
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(pace, Fixture)

BOOST_AUTO_TEST_CASE(two_processes_keep_the_pace_of_each_sender_together_and_foresee_the_end)
{
    wait_until_accepted(total / 4);
    for (Campaign& campaign : campaigns)
        campaign.ask(one);
    wait_until_completed();

    // Two sanitized servers on two cores do not; that none sends faster is tested in any case.
    const bool keeps_up = !test::waybill_is_sanitized();
    const auto arrivals = arrivals_by_sender(twilio);
    BOOST_REQUIRE_EQUAL(arrivals.size(), 2U);
    for (const auto& [sender, each] : arrivals) {
        const std::int64_t most = busiest_second(each);
        const double rate = mean_rate(each);
        BOOST_TEST_MESSAGE(sender << ": " << each.size() << " messages, " << rate << "/s, at most " << most
                                  << " in a second");
        BOOST_TEST(static_cast<int>(each.size()) == total / 2);
        BOOST_TEST(most <= per_second + 1, sender << " sent " << most << " segments in a second");
        if (keeps_up) BOOST_TEST(rate > 0.9 * per_second, sender << " sent " << rate << " segments a second");
    }
    for (const Campaign& campaign : campaigns)
        if (keeps_up) campaign.check_estimate();
}

BOOST_AUTO_TEST_SUITE_END()
