#include "db/postgres/connection_string.hpp"
#include "db/postgres/replica.hpp"

#include <boost/test/unit_test.hpp>

using namespace waybill;
using namespace std::chrono_literals;
using db::ReplicaState;

namespace
{

const db::PrimaryPlaces::Time start{1'000s};

bool has(const std::string& text, const char* part)
{
    return text.find(part) != std::string::npos;
}

} // namespace

BOOST_AUTO_TEST_SUITE(replica_lag)

BOOST_AUTO_TEST_CASE(the_lag_is_the_age_of_the_newest_place_that_was_reached)
{
    db::PrimaryPlaces places;
    BOOST_TEST(!places.age_of(7, start));
    places.add(start, 100);
    places.add(start + 1s, 200);
    places.add(start + 2s, 200); // idle
    places.add(start + 3s, 300);
    const std::pair<db::WalPlace, std::chrono::milliseconds> cases[] = {{300, 0ms},     {350, 0ms},     {299, 1'000ms},
                                                                        {200, 1'000ms}, {199, 3'000ms}, {50, 3'000ms}};
    for (const auto& [replayed, lag] : cases)
        BOOST_TEST(places.age_of(replayed, start + 3s).value().count() == lag.count());
}

BOOST_AUTO_TEST_CASE(a_primary_that_is_another_one_begins_anew)
{
    db::PrimaryPlaces places;
    places.add(start, 500);
    places.add(start + 1s, 400);
    BOOST_TEST(places.age_of(400, start + 2s).value().count() == 1'000);
}

BOOST_AUTO_TEST_CASE(only_a_standby_that_follows_this_primary_closely_is_read)
{
    const db::PrimaryLook primary{"a", 500};
    BOOST_CHECK(db::judge_replica(primary, {"a", true, 490}, 480, 100ms) == ReplicaState::following);
    BOOST_CHECK(db::judge_replica(primary, {"a", true, 100}, 100, 5'001ms) == ReplicaState::behind);
    BOOST_CHECK(db::judge_replica(primary, {"a", false, 490}, 480, 100ms) == ReplicaState::unfit);
    BOOST_CHECK(db::judge_replica(primary, {"b", true, 490}, 480, 100ms) == ReplicaState::unfit);
    BOOST_CHECK(db::judge_replica(primary, {"a", true, 501}, 501, 0ms) == ReplicaState::unfit);
}

BOOST_AUTO_TEST_CASE(what_is_wrong_is_said_with_what_to_do)
{
    BOOST_TEST(db::describe_problem(ReplicaState::following, 0ms) == "");
    BOOST_TEST(db::describe_problem(ReplicaState::unknown, {}) == "");
    BOOST_TEST(has(db::describe_problem(ReplicaState::behind, 61'400ms), "61 seconds behind"));
    BOOST_TEST(has(db::describe_problem(ReplicaState::away, {}), "does not answer"));
    BOOST_TEST(has(db::describe_problem(ReplicaState::unfit, {}), "build that standby anew"));
}

BOOST_AUTO_TEST_CASE(its_sessions_write_nothing_and_a_standby_will_do)
{
    const db::SessionOptions reading{.statement_timeout = 1s, .read_only = true};
    const std::string text = db::connection_string("postgresql:///waybill", reading);
    BOOST_TEST(has(text, "target_session_attrs='any'"), text);
    BOOST_TEST(has(text, "default_transaction_read_only=on"), text);
    const std::string usual = db::connection_string("postgresql:///waybill", 1s);
    BOOST_TEST(has(usual, "target_session_attrs='read-write'"), usual);
    BOOST_TEST(!has(usual, "default_transaction_read_only"), usual);
}

BOOST_AUTO_TEST_SUITE_END()
