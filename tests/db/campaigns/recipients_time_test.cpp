#include "server/api/contract/timestamps.hpp"
#include "server/text/time_zones.hpp"
#include "tests/support/outbox_fixture.hpp"

#include <boost/test/unit_test.hpp>

#include <map>
#include <set>
#include <string>

using namespace waybill;

namespace
{

// One number each. Phoenix has no daylight saving time; the other American clocks change on March 8 and November 1 of
// 2026, Rome's on March 29 and October 25.
const std::map<std::string, std::string> numbers{
    {"New York", "+12125550101"}, {"Denver", "+13035550102"},      {"Phoenix", "+16025550103"},
    {"Rome", "+390612345678"},    {"Los Angeles", "+12135550104"},
};

struct Fixture : test::OutboxFixture
{
    Fixture()
    {
        test::make_campaign(postgres, static_cast<int>(numbers.size()));
        postgres.exec("update campaigns set quiet_from = '21:00', quiet_until = '09:00'");
        std::int64_t row = 0;
        for (const auto& [city, number] : numbers)
            give(++row, number, text::time_zones_of(number));
    }

    void give(std::int64_t row, const std::string& number, std::string_view zones)
    {
        const std::string id = "(select id from messages order by id limit 1 offset " + std::to_string(row - 1) + ")";
        postgres.exec("update messages set recipient = '" + number + "', zones = '" + std::string(zones) +
                      "' where id = " + id);
        postgres.exec("update outbox set zones = '" + std::string(zones) + "' where message_id = " + id);
    }

    std::vector<db::ClaimedMessage> claimed_at(const char* moment)
    {
        postgres.exec("update outbox set leased_until = null, attempts = 0");
        db::ClaimRequest request = test::claim_request(100);
        request.moment = api::parse_iso8601(moment).value();
        return claim(std::move(request)).messages;
    }

    // The cities whose messages may leave then.
    std::set<std::string> open_at(const char* moment)
    {
        std::set<std::string> open;
        for (const db::ClaimedMessage& message : claimed_at(moment))
            for (const auto& [city, number] : numbers)
                if (number == message.recipient) open.insert(city);
        return open;
    }

    std::string opening(const std::string& zones, const std::string& from, const std::string& until,
                        const std::string& moment) const
    {
        return postgres.value("select coalesce(to_char(end_of_quiet_hours('" + from + "', '" + until + "', '" + zones +
                              "', '" + moment + "') at time zone 'UTC', 'YYYY-MM-DD HH24:MI'), 'never')");
    }
};

using Cities = std::set<std::string>;

void expect(const Cities& open, const Cities& expected)
{
    BOOST_CHECK_EQUAL_COLLECTIONS(open.begin(), open.end(), expected.begin(), expected.end());
}

} // namespace

BOOST_FIXTURE_TEST_SUITE(recipients_time, Fixture)

BOOST_AUTO_TEST_CASE(each_message_waits_for_the_morning_of_its_own_city)
{
    expect(open_at("2026-06-02T06:59:59Z"), {});
    expect(open_at("2026-06-02T07:00:00Z"), {"Rome"});
    expect(open_at("2026-06-02T12:59:59Z"), {"Rome"});
    expect(open_at("2026-06-02T13:00:00Z"), {"Rome", "New York"});
    expect(open_at("2026-06-02T15:00:00Z"), {"Rome", "New York", "Denver"});
    expect(open_at("2026-06-02T16:00:00Z"), {"Rome", "New York", "Denver", "Phoenix", "Los Angeles"});
    expect(open_at("2026-06-02T18:59:01Z"), {"New York", "Denver", "Phoenix", "Los Angeles"}); // a minute is too short
    expect(open_at("2026-06-03T01:00:00Z"), {"Denver", "Phoenix", "Los Angeles"});
    expect(open_at("2026-06-03T04:00:00Z"), {});
}

BOOST_AUTO_TEST_CASE(american_clocks_go_forward_on_a_sunday_of_march)
{
    expect(open_at("2026-03-07T14:00:00Z"), {"Rome", "New York"}); // nine in New York, in winter time
    expect(open_at("2026-03-07T13:59:59Z"), {"Rome"});
    expect(open_at("2026-03-08T12:59:59Z"), {"Rome"});
    expect(open_at("2026-03-08T13:00:00Z"), {"Rome", "New York"}); // an hour earlier
    expect(open_at("2026-03-08T15:00:00Z"), {"Rome", "New York", "Denver"});
    expect(open_at("2026-03-08T15:59:59Z"), {"Rome", "New York", "Denver"});
    expect(open_at("2026-03-08T16:00:00Z"), {"Rome", "New York", "Denver", "Phoenix", "Los Angeles"});
    expect(open_at("2026-03-07T16:00:00Z"), {"Rome", "New York", "Denver", "Phoenix"});
}

BOOST_AUTO_TEST_CASE(european_clocks_change_on_other_sundays)
{
    expect(open_at("2026-03-28T07:59:59Z"), {});
    expect(open_at("2026-03-28T08:00:00Z"), {"Rome"});
    expect(open_at("2026-03-29T06:59:59Z"), {});
    expect(open_at("2026-03-29T07:00:00Z"), {"Rome"});
    expect(open_at("2026-10-25T07:59:59Z"), {});
    expect(open_at("2026-10-25T08:00:00Z"), {"Rome"});
    expect(open_at("2026-10-24T07:00:00Z"), {"Rome"});
}

BOOST_AUTO_TEST_CASE(american_clocks_go_back_on_a_sunday_of_november)
{
    expect(open_at("2026-10-31T13:00:00Z"), {"Rome", "New York"});
    expect(open_at("2026-11-01T13:59:59Z"), {"Rome"});
    expect(open_at("2026-11-01T14:00:00Z"), {"Rome", "New York"});
    expect(open_at("2026-11-01T15:59:59Z"), {"Rome", "New York"});
    expect(open_at("2026-11-01T16:00:00Z"), {"Rome", "New York", "Denver", "Phoenix"});
    expect(open_at("2026-11-01T17:00:00Z"), {"Rome", "New York", "Denver", "Phoenix", "Los Angeles"});
}

BOOST_AUTO_TEST_CASE(twilio_delivers_no_later_than_the_evening_of_the_first_zone)
{
    for (const db::ClaimedMessage& message : claimed_at("2026-06-02T18:00:00Z"))
        if (message.recipient == numbers.at("Rome")) BOOST_TEST(message.validity_seconds.value_or(0) == 3'600);
    give(1, "+18005550100", "America/Los_Angeles&America/New_York");
    for (const db::ClaimedMessage& message : claimed_at("2026-06-03T00:00:00Z"))
        if (message.recipient == "+18005550100") BOOST_TEST(message.validity_seconds.value_or(0) == 3'600);
}

BOOST_AUTO_TEST_CASE(a_number_of_several_zones_waits_for_the_last_of_them)
{
    for (int row = 1; row <= 5; ++row)
        give(row, "+1800555010" + std::to_string(row), "America/Los_Angeles&America/New_York");
    BOOST_TEST(claimed_at("2026-06-02T15:59:59Z").empty()); // nine in New York is six in Los Angeles
    BOOST_TEST(claimed_at("2026-06-02T16:00:00Z").size() == 5U);
    BOOST_TEST(claimed_at("2026-06-03T00:59:00Z").size() == 5U);
    BOOST_TEST(claimed_at("2026-06-03T01:00:00Z").empty());
}

BOOST_AUTO_TEST_CASE(all_zones_of_a_campaign_share_its_budget)
{
    postgres.exec("update campaigns set max_cost = 3 * price_per_segment, price_per_segment = 75");
    postgres.exec("insert into campaign_budgets select id, 3 from campaigns");
    BOOST_TEST(claimed_at("2026-06-02T17:00:00Z").size() == 3U);
    BOOST_TEST(postgres.number("select segments_left from campaign_budgets") == 0);
}

BOOST_AUTO_TEST_CASE(a_resent_message_waits_like_the_first_one)
{
    postgres.exec("update messages set status = 'unknown'");
    postgres.exec("delete from outbox");
    postgres.exec("insert into outbox (message_id, campaign_id, sender, zones) "
                  "select id, campaign_id, sender, zones from messages");
    expect(open_at("2026-06-02T07:00:00Z"), {"Rome"});
}

BOOST_AUTO_TEST_CASE(a_single_message_leaves_when_quiet_hours_end_in_all_zones)
{
    const std::string rome = "Europe/Rome", both = "America/New_York&America/Los_Angeles";
    BOOST_TEST(opening(rome, "21:00", "09:00", "2026-06-02T10:00Z") == "2026-06-02 10:00");
    BOOST_TEST(opening(rome, "21:00", "09:00", "2026-06-02T19:00Z") == "2026-06-03 07:00");
    BOOST_TEST(opening(rome, "21:00", "09:00", "2026-06-02T18:59:30Z") == "2026-06-03 07:00");
    BOOST_TEST(opening(rome, "12:00", "14:30", "2026-06-02T11:00Z") == "2026-06-02 12:30");
    BOOST_TEST(opening(both, "21:00", "09:00", "2026-06-02T13:30Z") == "2026-06-02 16:00");
    BOOST_TEST(opening(rome, "21:00", "09:00", "2026-03-28T22:00Z") == "2026-03-29 07:00"); // the clock goes forward
    BOOST_TEST(opening(rome, "21:00", "09:00", "2026-10-24T22:00Z") == "2026-10-25 08:00"); // and back
    BOOST_TEST(opening(rome, "21:00", "02:30", "2026-03-28T22:00Z") == "2026-03-29 01:30"); // there is no 2:30
    BOOST_TEST(opening(rome, "21:00", "02:30", "2026-10-24T22:00Z") == "2026-10-25 01:30"); // the second 2:30
    BOOST_TEST(opening("Asia/Tokyo&America/New_York", "18:00", "12:00", "2026-06-02T10:00Z") == "never");
}

BOOST_AUTO_TEST_CASE(postgresql_knows_every_zone_of_the_table)
{
    std::set<std::string> zones;
    for (const text::ZonesOfPrefixes& row : text::time_zone_table()) {
        std::string_view list = row.zones;
        while (!list.empty()) {
            const std::size_t end = std::min(list.find('&'), list.size());
            zones.emplace(list.substr(0, end));
            list.remove_prefix(std::min(end + 1, list.size()));
        }
    }
    std::string array;
    for (const std::string& zone : zones)
        array += (array.empty() ? "'" : ", '") + zone + "'";
    BOOST_TEST(postgres.value("select coalesce(string_agg(zone, ' '), 'none') from unnest(array[" + array +
                              "]) as zone where zone not in (select name from pg_timezone_names)") == "none");
}

BOOST_AUTO_TEST_SUITE_END()
