#include "db/upkeep/roles.hpp"

#include "db/campaigns/campaigns.hpp"
#include "db/postgres/watch.hpp"
#include "db/requests/audit.hpp"
#include "db/upkeep/maintenance.hpp"
#include "tests/support/coroutine.hpp"
#include "tests/support/postgres.hpp"

#include <boost/test/unit_test.hpp>

#include <unistd.h>

namespace
{

using namespace waybill;
using test::run;

// A database with a role beside its owner.
struct Fixture
{
    test::TestDatabase postgres;
    std::string role = "waybill_rights_" + std::to_string(::getpid());

    Fixture() { postgres.exec("create role " + role + " login password 'rights'"); }
    ~Fixture() { postgres.exec("drop owned by " + role + "; drop role " + role); }

    std::string url() const { return postgres.url() + " user='" + role + "' password='rights'"; }
    db::DatabaseOptions options() const
    {
        db::DatabaseOptions options = postgres.options();
        options.url = url();
        return options;
    }
    std::string problem() const
    {
        try {
            db::prepare_database(url(), "");
        }
        catch (const std::exception& error) {
            return db::explain(error);
        }
        return "";
    }
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(roles, Fixture)

BOOST_AUTO_TEST_CASE(the_role_of_the_server_gets_what_it_needs_and_can_only_add_to_the_audit_log)
{
    BOOST_TEST(db::prepare_database(url(), postgres.url()) == 0);
    db::Database database(options());
    const db::RoleFacts facts = run(db::read_role_facts(database));
    BOOST_TEST(!facts.is_superuser);
    BOOST_TEST(!facts.may_change_audit);
    run(db::AuditLog(database).record(test::tester(), {"test", "nothing"}));
    for (const char* change : {"update audit_log set object = ''", "delete from audit_log", "truncate audit_log"})
        BOOST_TEST(postgres.value("select has_table_privilege('" + role + "', 'audit_log', '" +
                                  std::string(change).substr(0, std::string(change).find(' ')) + "')") == "f");
    boost::asio::io_context context(1);
    db::Maintenance maintenance(context.get_executor(), database, 0);
    run(maintenance.make_partitions(std::chrono::system_clock::now() + std::chrono::days(300)));
    BOOST_TEST(problem() == "");
}

BOOST_AUTO_TEST_CASE(a_role_that_lacks_a_right_is_named_in_one_sentence)
{
    const std::string without_any = problem();
    BOOST_TEST(without_any.starts_with("The database user lacks a right ("), without_any);
    db::prepare_database(url(), postgres.url());
    postgres.exec("revoke insert on audit_log from " + role);
    BOOST_TEST(problem() == "The database user lacks a right (INSERT on audit_log); grant it, or let "
                            "MIGRATE_DATABASE_URL name the role that owns Waybill's tables");
}

BOOST_AUTO_TEST_CASE(a_right_to_change_the_audit_log_that_was_granted_before_is_taken_back)
{
    postgres.exec("grant all on all tables in schema public to " + role);
    db::prepare_database(url(), postgres.url());
    db::Database database(options());
    BOOST_TEST(!run(db::read_role_facts(database)).may_change_audit);
}

BOOST_AUTO_TEST_SUITE_END()
