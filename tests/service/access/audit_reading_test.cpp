#include "tests/support/credentials.hpp"
#include "tests/support/service.hpp"

#include <boost/test/unit_test.hpp>

using namespace waybill;
using test::RawReply;

namespace
{

struct Fixture
{
    test::TestDatabase database;
    test::Service service{database};

    std::int64_t last_row() { return database.number("select coalesce(max(id), 0) from audit_log"); }
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(audit_reading, Fixture)

BOOST_AUTO_TEST_CASE(an_export_and_an_unmasked_list_are_recorded_and_a_masked_one_is_not)
{
    const std::string id = test::make_campaign(database, 2).public_id;
    test::add_user(database, "ana@example.com", "admin");
    const std::string viewer = test::add_key(database, "viewer"), admin = test::add_key(database, "admin");
    test::wait_until_closed(service);
    const auto get = [&](const std::string& target, const std::string& with) {
        return service.ask(test::with_token(test::get_request(target), with)).status;
    };
    const std::int64_t before = last_row();
    BOOST_TEST(get("/api/campaigns/" + id + "/messages", viewer) == 200);
    BOOST_TEST(last_row() == before);
    BOOST_TEST(get("/api/campaigns/" + id + "/messages", admin) == 200);
    BOOST_TEST(get("/api/campaigns/" + id + "/messages.csv", admin) == 200);
    BOOST_TEST(
        database.value(
            "select string_agg(action || ' ' || object, ',' order by id) from audit_log where action = 'read'") ==
        "read /api/campaigns/" + id + "/messages,read /api/campaigns/" + id + "/messages.csv");
    BOOST_TEST(get("/api/audit", viewer) == 403);
    const RawReply log = service.ask(test::with_token(test::get_request("/api/audit?limit=1"), admin));
    BOOST_TEST(test::json_of(log).at("entries").at(0).at("object").as_string() ==
               "/api/campaigns/" + id + "/messages.csv");
    BOOST_TEST(test::json_of(log).at("nextCursor").is_string());
}

BOOST_AUTO_TEST_SUITE_END()
