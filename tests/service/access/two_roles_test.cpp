#include "db/postgres/privacy_key.hpp"
#include "tests/support/polling.hpp"
#include "tests/support/service.hpp"

#include <boost/test/unit_test.hpp>

#include <unistd.h>

using namespace waybill;

namespace
{

struct TwoRoles
{
    test::TestDatabase database;
    std::string role = "waybill_server_" + std::to_string(::getpid());

    TwoRoles()
    {
        database.exec("create role " + role + " login password 'server'");
        db::set_privacy_key(std::string(32, 'k'));
    }
    ~TwoRoles()
    {
        db::set_privacy_key("");
        database.exec("drop owned by " + role + "; drop role " + role);
    }
    test::ServiceOptions options() const
    {
        test::ServiceOptions options;
        options.settings.database_url = database.url() + " user='" + role + "' password='server'";
        options.settings.migrate_database_url = database.url();
        options.settings.retention_days = 1;
        options.settings.audit_retention_months = 1;
        return options;
    }
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(two_roles, TwoRoles)

BOOST_AUTO_TEST_CASE(the_server_does_all_its_work_without_owning_a_table)
{
    database.exec("insert into audit_log (at, request_id, client_request_id, principal, peer, action, object) values "
                  "(now() - interval '2 months', '', '', 'local', '', 'campaign.pause', 'old')");
    test::Service service(database, options());
    test::CampaignUpload upload;
    upload.file(test::lapsed_customers(150)).with("maxCost", "5.00"); // enough for the planner to be informed
    service.wait_until_final(service.created(upload).at("campaignId").as_string());
    database.wait_until_outbox_is_empty();
    BOOST_TEST(service.ask(test::get_request("/api/opt-outs/+12125550173", "PUT")).status == 201);
    BOOST_TEST(service.ask(test::get_request("/api/people/+12125550173", "DELETE")).status == 200);
    for (const char* path : {"/api/campaigns", "/api/reports/overview", "/api/audit", "/api/system", "/readyz"})
        BOOST_TEST(service.ask(test::get_request(path)).status == 200, path);
    test::wait_until("old rows of the audit log are removed by the owner", [&] {
        return database.number("select count(*) from audit_log where action = 'audit.remove'") == 1;
    });
    BOOST_TEST(database.number("select count(*) from audit_log where object = 'old'") == 0);
    BOOST_TEST(database.counter_faults() == "");
    BOOST_TEST(database.value("select string_agg(distinct relowner::regrole::text, ',') from pg_class where relname "
                              "like 'message_history%' and relowner = '" +
                              role + "'::regrole") == "");
}

BOOST_AUTO_TEST_SUITE_END()
