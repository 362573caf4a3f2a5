#include "server/api/contract/timestamps.hpp"
#include "tests/support/database_proxy.hpp"
#include "tests/support/polling.hpp"
#include "tests/support/service.hpp"

#include <boost/test/unit_test.hpp>

#include <set>

using namespace waybill;
using test::CampaignUpload;
using test::DatabaseProxy;
using test::lapsed_customers;
using test::RawReply;
using test::Service;
using test::ServiceOptions;
using test::TestDatabase;

namespace
{

ServiceOptions options_for(const DatabaseProxy& proxy, bool begins_ready)
{
    ServiceOptions options;
    options.settings.database_url = proxy.url();
    options.begins_ready = begins_ready;
    return options;
}

void check_unavailable(const RawReply& reply)
{
    BOOST_TEST(reply.status == 503);
    BOOST_TEST(std::stoi("0" + reply.field("Retry-After")) > 0);
    BOOST_TEST(test::json_of(reply).at("error").is_string());
}

CampaignUpload upload(int customers = 1)
{
    return CampaignUpload().file(lapsed_customers(customers));
}

} // namespace

BOOST_AUTO_TEST_SUITE(database_away)

BOOST_AUTO_TEST_CASE(a_start_without_the_database_answers_503_until_it_is_there)
{
    TestDatabase database;
    DatabaseProxy proxy(database);
    Service service(database, options_for(proxy, false));
    BOOST_TEST(service.get("/healthz").status == 200);
    BOOST_TEST(service.get("/api/campaigns/sms/sample-csv").status == 200);
    BOOST_TEST(service.get_json("/api/health").at("status").as_string() == "degraded");
    check_unavailable(service.get("/readyz"));
    check_unavailable(service.get("/api/campaigns"));
    check_unavailable(service.create(upload()));
    check_unavailable(service.preview(upload()));

    proxy.open();
    service.wait_until_ready();
    BOOST_TEST(service.get_json("/api/health").at("status").as_string() == "healthy");
    BOOST_TEST(service.created(upload()).at("messagesSent").as_int64() == 1);
}

BOOST_AUTO_TEST_CASE(when_it_goes_away_requests_get_503_and_receipts_are_kept_until_it_is_back)
{
    TestDatabase database;
    DatabaseProxy proxy(database);
    proxy.open();
    Service service(database, options_for(proxy, true));
    const auto tomorrow = std::chrono::system_clock::now() + std::chrono::days(1);
    service.created(upload().with("sendAt", api::to_iso8601(tomorrow)));
    const std::string message_id = database.value("select id from messages");

    proxy.cut();
    check_unavailable(service.get("/api/campaigns"));
    check_unavailable(service.create(upload()));
    BOOST_TEST(service.post_receipt(message_id, "delivered").status == 204);
    BOOST_TEST(service.metric("waybill_journal_records") == 1);
    BOOST_TEST(database.value("select status from messages") == "pending");

    proxy.open();
    test::wait_until("the receipt is in PostgreSQL",
                     [&] { return database.value("select status from messages") == "delivered"; });
    BOOST_TEST(service.get("/api/campaigns").status == 200);
    BOOST_TEST(service.created(upload()).at("messagesSent").as_int64() == 1);
    BOOST_TEST(database.counter_faults() == "");
}

BOOST_AUTO_TEST_CASE(when_it_goes_away_in_the_middle_of_sending_nobody_is_texted_twice_or_forgotten)
{
    TestDatabase database;
    DatabaseProxy proxy(database);
    proxy.open();
    ServiceOptions options = options_for(proxy, true);
    options.settings.messages_per_second = 200;
    Service service(database, options);
    BOOST_TEST(service.create(upload(200).header("Prefer", "respond-async")).status == 202);
    test::wait_until("sending is under way", [&] { return service.twilio().counters().accepted >= 50; });
    proxy.cut();
    proxy.open();
    // A claim whose commit was in doubt may stay leased: it becomes unknown when the lease ends.
    test::wait_until("nothing is free or in flight", [&] {
        return service.metric("waybill_sends_in_flight") == 0 &&
               database.number("select count(*) from outbox where leased_until is null") == 0;
    });
    service.twilio().wait_until_quiet();
    std::set<std::string> texted;
    for (const auto& line : service.twilio().ledger())
        BOOST_TEST(texted.insert(line.at("to").as_string().c_str()).second);
    const std::int64_t leased = database.number("select count(*) from outbox");
    test::wait_until("every receipt is in PostgreSQL", [&] {
        return database.number("select count(*) from messages where status = 'delivered'") + leased == 200;
    });
    BOOST_TEST(static_cast<std::int64_t>(texted.size()) + leased == 200);
    BOOST_TEST(database.counter_faults() == "");
}

BOOST_AUTO_TEST_SUITE_END()
