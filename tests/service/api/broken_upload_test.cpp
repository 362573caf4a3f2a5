#include "tests/support/credentials.hpp"
#include "tests/support/polling.hpp"
#include "tests/support/raw_http.hpp"
#include "tests/support/serve_process.hpp"

#include <boost/system/system_error.hpp>
#include <boost/test/unit_test.hpp>

#include <future>

using namespace waybill;
using test::CampaignUpload;
using test::RawHttp;
using test::RunningSimulator;
using test::ServeProcess;
using test::TestDatabase;

namespace
{

std::string many_customers(int count)
{
    std::string csv = "customer_name,phone_number,last_order_date\n";
    for (int i = 0; i < count; ++i)
        csv += "Customer " + std::to_string(i) + ",+1" + std::to_string(2'120'000'000 + i) + ",2020-01-31\n";
    return csv;
}

struct Fixture
{
    Fixture() { waybill.start(); }

    std::string request(int customers) const
    {
        CampaignUpload upload;
        upload.header("Prefer", "respond-async").header("Idempotency-Key", "one").with("maxCost", "5000.00");
        return upload.file(many_customers(customers)).request("/api/campaigns/sms");
    }

    // The status of the reply; 0 when the connection ends instead.
    std::future<int> begin_upload(int customers) const
    {
        return std::async(std::launch::async, [this, customers] {
            try {
                RawHttp connection(waybill.port());
                connection.try_send(request(customers));
                return connection.receive().status;
            }
            catch (const boost::system::system_error&) {
                return 0;
            }
        });
    }

    std::int64_t rows() const
    {
        std::int64_t count = 0;
        for (const char* table : {"campaigns", "campaign_counters", "campaign_budgets", "messages", "outbox",
                                  "rejected_rows", "idempotency_keys"})
            count += database.number("select count(*) from " + std::string(table));
        return count;
    }

    bool is_storing() const
    {
        return database.number("select count(*) from pg_stat_activity where datname = current_database() and "
                               "query ilike 'copy%messages%' and state = 'active'") > 0;
    }

    void require_that_it_works_again() const
    {
        const test::RawReply reply = waybill.ask(request(100));
        BOOST_REQUIRE_MESSAGE(reply.status == 202, reply.body);
        BOOST_TEST(database.number("select count(*) from messages") == 100);
    }

    TestDatabase database;
    RunningSimulator twilio;
    ServeProcess waybill{database, twilio};
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(broken_upload, Fixture)

BOOST_AUTO_TEST_CASE(an_upload_whose_client_goes_away_leaves_nothing_behind)
{
    const std::string whole = request(50'000);
    {
        RawHttp client(waybill.port());
        client.send(whole.substr(0, whole.size() / 2));
    }
    const std::string beginning = whole.substr(0, whole.size() - 10);
    {
        RawHttp client(waybill.port());
        client.send(beginning);
    }
    BOOST_TEST(waybill.get("/healthz").status == 200);
    BOOST_TEST(rows() == 0);
    require_that_it_works_again();
}

BOOST_AUTO_TEST_CASE(an_upload_that_is_not_stored_when_the_process_dies_leaves_nothing_behind)
{
    std::future<int> status = begin_upload(300'000);
    test::wait_until("the upload is being stored", [this] { return is_storing(); });
    waybill.kill();
    BOOST_TEST(status.get() == 0);
    test::wait_until("PostgreSQL has noticed", [this] { return !is_storing(); });
    BOOST_TEST(rows() == 0);
    waybill.start();
    require_that_it_works_again();
}

BOOST_AUTO_TEST_CASE(an_upload_whose_database_connection_is_cut_leaves_nothing_behind_and_says_so)
{
    std::future<int> status = begin_upload(300'000);
    test::wait_until("the upload is being stored", [this] { return is_storing(); });
    database.go_away();
    database.come_back();
    BOOST_TEST(status.get() == 503);
    BOOST_TEST(rows() == 0);
    waybill.wait_until_ready();
    require_that_it_works_again();
}

// With a key: who holds the other end of a connection is known only as long as that end is open.
BOOST_AUTO_TEST_CASE(a_body_that_ends_early_is_refused)
{
    const std::string whole = test::with_token(request(2), test::add_key(database, "admin"));
    RawHttp connection(waybill.port());
    connection.send(whole.substr(0, whole.size() - 40));
    connection.finish_writing();
    const test::RawReply reply = connection.receive();
    BOOST_TEST(reply.status == 400);
    BOOST_TEST(reply.body.find("ended before it was complete") != std::string::npos, reply.body);
    BOOST_TEST(database.number("select count(*) from campaigns") == 0);
}

BOOST_AUTO_TEST_SUITE_END()
