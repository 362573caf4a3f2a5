#include "server/simulator/callback_url.hpp"

#include <boost/test/unit_test.hpp>

namespace sim = waybill::simulator;

BOOST_AUTO_TEST_SUITE(simulator_callback_url)

BOOST_AUTO_TEST_CASE(a_url_is_cut_into_origin_and_target_and_its_fragment_is_not_signed)
{
    const auto parsed = sim::parse_callback_url("http://127.0.0.1:8000/status/17?x=%20a&y#rc=5&rp=all");
    const auto& url = std::get<sim::CallbackUrl>(parsed);
    BOOST_CHECK_EQUAL(url.origin, "http://127.0.0.1:8000");
    BOOST_CHECK_EQUAL(url.target, "/status/17?x=%20a&y");
    BOOST_CHECK_EQUAL(url.signed_url(), "http://127.0.0.1:8000/status/17?x=%20a&y");
    BOOST_CHECK_EQUAL(url.overrides.retries, 5);
}

BOOST_AUTO_TEST_CASE(a_missing_path_is_the_root)
{
    const auto parsed = sim::parse_callback_url("http://localhost:8000?x=1");
    BOOST_CHECK_EQUAL(std::get<sim::CallbackUrl>(parsed).target, "/?x=1");
}

BOOST_AUTO_TEST_CASE(without_overrides_only_a_failed_connect_is_retried_once)
{
    const auto overrides = sim::parse_overrides("");
    BOOST_CHECK_EQUAL(overrides.retries, 1);
    BOOST_CHECK(overrides.retries_connect);
    BOOST_CHECK(!overrides.retries_4xx && !overrides.retries_5xx && !overrides.retries_read);
    BOOST_CHECK_EQUAL(overrides.connect_deadline.count(), 5'000);
    BOOST_CHECK_EQUAL(overrides.read_deadline.count(), 15'000);
    BOOST_CHECK_EQUAL(overrides.total.count(), 15'000);
}

BOOST_AUTO_TEST_CASE(overrides_are_read_and_brought_into_range)
{
    const auto overrides = sim::parse_overrides("rc=9&rp=5xx,rt&ct=50&rt=20000&tt=3000&e=ashburn,dublin&sni=y");
    BOOST_CHECK_EQUAL(overrides.retries, 5);
    BOOST_CHECK(overrides.retries_5xx && overrides.retries_read);
    BOOST_CHECK(!overrides.retries_4xx && !overrides.retries_connect);
    BOOST_CHECK_EQUAL(overrides.connect_deadline.count(), 100);
    BOOST_CHECK_EQUAL(overrides.read_deadline.count(), 15'000);
    BOOST_CHECK_EQUAL(overrides.total.count(), 3'000);
}

BOOST_AUTO_TEST_CASE(the_policy_all_covers_every_failure_and_nonsense_is_passed_over)
{
    const auto overrides = sim::parse_overrides("rp=all&rc=many&&=&ct");
    BOOST_CHECK(overrides.retries_4xx && overrides.retries_5xx && overrides.retries_connect && overrides.retries_read);
    BOOST_CHECK_EQUAL(overrides.retries, 1);
    BOOST_CHECK_EQUAL(overrides.connect_deadline.count(), 5'000);
}

BOOST_AUTO_TEST_SUITE_END()
