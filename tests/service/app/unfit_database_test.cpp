#include "db/upkeep/roles.hpp"
#include "tests/support/captured_log.hpp"
#include "tests/support/database_proxy.hpp"
#include "tests/support/polling.hpp"
#include "tests/support/service.hpp"

#include <boost/test/data/monomorphic.hpp>
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include <optional>
#include <string>
#include <unistd.h>

using namespace waybill;
using test::CapturedLog;
using test::DatabaseProxy;
using test::RawReply;
using test::Service;
using test::ServiceOptions;
using test::TestDatabase;

namespace
{

constexpr int patrons = 3;

// A Waybill with messages to send and a database that it may not use.
struct Fixture
{
    TestDatabase database, neighbour; // the neighbour's sessions change what those of the database may do
    CapturedLog log;
    const std::string name = database.value("select current_database()");
    std::string role;
    std::string original_rights;
    std::optional<Service> service;

    Fixture() { test::make_campaign(database, patrons); }
    ~Fixture()
    {
        service.reset();
        if (!role.empty()) database.exec("drop owned by " + role + "; drop role " + role);
    }

    void start(const std::string& url)
    {
        ServiceOptions options;
        options.begins_ready = false;
        options.settings.database_url = url;
        service.emplace(database, std::move(options));
    }
    void check_unfit(const std::string& reason)
    {
        RawReply reply;
        const auto says_so = [&] {
            reply = service->get("/readyz");
            return reply.status == 503 && reply.body.find(reason) != std::string::npos;
        };
        try {
            test::wait_until("readyz says why", says_so);
        }
        catch (const std::exception&) {
            BOOST_FAIL("readyz says: " << reply.body);
        }
        const boost::json::object health = service->get_json("/api/health");
        BOOST_TEST(health.at("status").as_string() == "degraded");
        BOOST_TEST(std::string(health.at("problem").as_string()).find(reason) != std::string::npos);
        const std::vector<std::string> lines = log.lines("database.away");
        BOOST_REQUIRE(!lines.empty());
        BOOST_TEST(lines.back().find(reason) != std::string::npos, lines.back());
    }
    void check_that_a_receipt_is_kept(const std::string& message)
    {
        BOOST_TEST(service->post_receipt(message, "delivered").status == 204);
        BOOST_TEST(service->twilio().counters().accepted == 0U);
    }
    void check_that_everything_is_made_up_for(const std::string& message)
    {
        service->wait_until_ready();
        database.wait_until_outbox_is_empty();
        test::wait_until("the receipt is stored", [&] {
            return database.value("select status from messages where id = " + message) == "delivered";
        });
    }
    std::string first_message() const { return std::to_string(test::message_ids(database).front()); }

    void make_read_only(bool is_on) const
    {
        neighbour.exec("alter database " + name + " set default_transaction_read_only = " + (is_on ? "on" : "off"));
        neighbour.exec("select pg_terminate_backend(pid) from pg_stat_activity where datname = '" + name + "'");
    }

    // Until allow_looks(), what looks at the rights fails with that SQLSTATE.
    void refuse_looks(const std::string& state)
    {
        original_rights = database.value("select pg_get_functiondef('missing_rights(name)'::regprocedure)");
        database.exec("create or replace function missing_rights(role name) returns setof text language plpgsql stable "
                      "as $$ begin raise 'refused for a test' using errcode = '" +
                      state + "'; end $$");
    }
    void allow_looks() const { database.exec(original_rights); }
};

const char* const states[] = {"42501", "26000", "XX000"};

} // namespace

BOOST_FIXTURE_TEST_SUITE(unfit_database, Fixture)

BOOST_DATA_TEST_CASE_F(Fixture, a_look_at_the_database_that_is_refused_is_reported_and_repeated,
                       boost::unit_test::data::make(states), state)
{
    const std::string message = first_message();
    refuse_looks(state);
    start(database.url());
    check_unfit("refused for a test");
    check_that_a_receipt_is_kept(message);
    allow_looks();
    check_that_everything_is_made_up_for(message);
    refuse_looks(state);
    check_unfit("refused for a test");
    allow_looks();
    service->wait_until_ready();
}

BOOST_AUTO_TEST_CASE(a_database_that_accepts_no_writes_is_reported_and_receipts_are_kept)
{
    const std::string message = first_message();
    make_read_only(true);
    start(database.url());
    check_unfit("The database accepts no writes; point DATABASE_URL at the primary");
    check_that_a_receipt_is_kept(message);
    make_read_only(false);
    check_that_everything_is_made_up_for(message);

    service->twilio().wait_until_quiet();
    make_read_only(true);
    check_unfit("The database accepts no writes");
    BOOST_TEST(service->post_receipt(message, "read").status == 204);
    make_read_only(false);
    service->wait_until_ready();
    test::wait_until("the later receipt is stored",
                     [&] { return database.value("select status from messages where id = " + message) == "read"; });
}

BOOST_AUTO_TEST_CASE(a_right_that_is_missing_is_named_at_the_start_and_later)
{
    const std::string message = first_message();
    const std::string other = "waybill_unfit_" + std::to_string(::getpid());
    database.exec("create role " + other + " login password 'unfit'");
    role = other;
    const std::string url = database.url() + " user='" + role + "' password='unfit'";
    db::prepare_database(url, database.url());
    const std::string reason = "The database user lacks a right (UPDATE on outbox); grant it";
    database.exec("revoke update on outbox from " + role);
    start(url);
    check_unfit(reason);
    check_that_a_receipt_is_kept(message);
    database.exec("grant update on outbox to " + role);
    check_that_everything_is_made_up_for(message);
    database.exec("revoke update on outbox from " + role);
    check_unfit(reason);
    database.exec("grant update on outbox to " + role);
    service->wait_until_ready();
}

BOOST_AUTO_TEST_CASE(a_server_that_is_too_old_is_reported_until_it_is_upgraded)
{
    const std::string message = first_message();
    DatabaseProxy proxy(database);
    proxy.pretend_version("14");
    proxy.open();
    start(proxy.url());
    check_unfit("PostgreSQL 14 is too old; upgrade it to 15 or later");
    check_that_a_receipt_is_kept(message);
    proxy.cut();
    proxy.pretend_version("");
    proxy.open();
    check_that_everything_is_made_up_for(message);
    service.reset();
}

BOOST_AUTO_TEST_SUITE_END()
