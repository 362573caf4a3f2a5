#include "server/api/contract/timestamps.hpp"
#include "tests/support/outbox_fixture.hpp"

#include <boost/test/unit_test.hpp>

#include <optional>
#include <string>

using namespace waybill;

namespace
{

struct Hours
{
    const char* from;
    const char* until;
    const char* zone;
};

constexpr Hours night_in_rome{"21:00", "09:00", "Europe/Rome"};
constexpr Hours noon_in_new_york{"12:00", "14:30", "America/New_York"};

struct Fixture : test::OutboxFixture
{
    Fixture() { test::make_campaign(postgres, 1); }

    void set(const Hours& hours) const
    {
        postgres.exec(std::string("update campaigns set quiet_from = '") + hours.from + "', quiet_until = '" +
                      hours.until + "', time_zone = '" + hours.zone + "'");
    }

    // `quiet` when it is claimed no more, else the seconds of its validity, or `any`.
    std::string at(const char* moment)
    {
        postgres.exec("update outbox set leased_until = null");
        db::ClaimRequest request = test::claim_request(1);
        request.moment = api::parse_iso8601(moment).value();
        const auto messages = claim(std::move(request)).messages;
        if (messages.empty()) return "quiet";
        if (!messages[0].validity_seconds) return "any";
        return std::to_string(*messages[0].validity_seconds);
    }
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(quiet_hours, Fixture)

BOOST_AUTO_TEST_CASE(without_them_any_time_is_good)
{
    BOOST_TEST(at("2026-06-01T03:00:00Z") == "any");
}

BOOST_AUTO_TEST_CASE(a_night_spans_midnight)
{
    set(night_in_rome); // two hours ahead in summer, one in winter
    BOOST_TEST(at("2026-06-01T18:00:00Z") == "3600");
    BOOST_TEST(at("2026-06-01T19:00:00Z") == "quiet");
    BOOST_TEST(at("2026-06-01T22:00:00Z") == "quiet");
    BOOST_TEST(at("2026-06-02T06:59:59Z") == "quiet");
    BOOST_TEST(at("2026-06-02T07:00:00Z") == "any"); // ten hours and more
    BOOST_TEST(at("2026-06-02T09:00:00Z") == "any");
    BOOST_TEST(at("2026-06-02T09:00:01Z") == "35999");
    BOOST_TEST(at("2026-12-01T19:00:00Z") == "3600");
    BOOST_TEST(at("2026-12-01T20:00:00Z") == "quiet");
    BOOST_TEST(at("2026-12-02T07:59:59Z") == "quiet");
    BOOST_TEST(at("2026-12-02T08:00:00Z") == "any");
}

BOOST_AUTO_TEST_CASE(less_than_a_minute_is_not_worth_a_message)
{
    set(night_in_rome);
    BOOST_TEST(at("2026-06-01T18:59:00Z") == "60");
    BOOST_TEST(at("2026-06-01T18:59:01Z") == "quiet");
}

BOOST_AUTO_TEST_CASE(a_noon_begins_and_ends_on_the_same_day)
{
    set(noon_in_new_york); // four hours behind in summer
    BOOST_TEST(at("2026-06-01T15:30:00Z") == "1800");
    BOOST_TEST(at("2026-06-01T16:00:00Z") == "quiet");
    BOOST_TEST(at("2026-06-01T18:29:59Z") == "quiet");
    BOOST_TEST(at("2026-06-01T18:30:00Z") == "any"); // until noon of the next day
}

BOOST_AUTO_TEST_CASE(the_clock_that_is_changed_changes_when_they_begin)
{
    set(night_in_rome);
    BOOST_TEST(at("2026-03-28T19:00:00Z") == "3600"); // the last evening of winter time
    BOOST_TEST(at("2026-03-29T06:59:59Z") == "quiet");
    BOOST_TEST(at("2026-03-29T07:00:00Z") == "any"); // nine o'clock is an hour earlier now
    BOOST_TEST(at("2026-03-29T18:00:00Z") == "3600");
    BOOST_TEST(at("2026-10-25T07:30:00Z") == "quiet");
    BOOST_TEST(at("2026-10-25T08:00:00Z") == "any");
    BOOST_TEST(at("2026-10-25T19:00:00Z") == "3600");
}

BOOST_AUTO_TEST_CASE(a_time_that_comes_twice_or_never_begins_them_rather_early_than_late)
{
    set({"02:30", "08:00", "Europe/Rome"});
    BOOST_TEST(at("2026-10-24T23:30:00Z") == "3600"); // 2:30 comes at 0:30 and at 1:30 UTC
    BOOST_TEST(at("2026-10-25T00:30:00Z") == "quiet");
    BOOST_TEST(at("2026-03-28T23:30:00Z") == "3600"); // there is no 2:30: three o'clock follows two, at 1:00 UTC
    BOOST_TEST(at("2026-03-29T01:00:00Z") == "quiet");
}

BOOST_AUTO_TEST_CASE(a_campaign_of_later_waits_for_its_time)
{
    postgres.exec("update campaigns set send_at = '2026-06-01T12:00:00Z'");
    BOOST_TEST(at("2026-06-01T11:59:59Z") == "quiet");
    BOOST_TEST(at("2026-06-01T12:00:00Z") == "any");
}

BOOST_AUTO_TEST_SUITE_END()
