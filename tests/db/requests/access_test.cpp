#include "db/requests/api_keys.hpp"
#include "db/requests/sessions.hpp"
#include "db/requests/users.hpp"
#include "tests/support/coroutine.hpp"
#include "tests/support/postgres.hpp"

#include <boost/test/unit_test.hpp>

namespace
{

using namespace waybill;
using test::run;

const std::string first_hash(64, 'a'), second_hash(64, 'b');

db::Actor at_home()
{
    db::Actor actor = test::tester();
    actor.peer = "192.0.2.1";
    return actor;
}

struct Fixture
{
    test::TestDatabase postgres;
    db::Database database{postgres.options()};
    db::Users users{database};
    db::ApiKeys keys{database};
    db::Sessions sessions{database};
    db::SignInFailures failures{database};

    db::User add(const std::string& email, const std::string& role = "admin")
    {
        return run(users.add({email, role, "hash of " + email})).value();
    }
    std::int64_t version() { return run(db::read_access_state(database)).version; }
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(credentials, Fixture)

BOOST_AUTO_TEST_CASE(an_address_has_one_account)
{
    const db::User ana = add("ana@example.com", "viewer");
    BOOST_TEST(ana.role == "viewer");
    BOOST_TEST(!run(users.add({"ana@example.com", "admin", "x"})).has_value());
    const auto account = run(users.find("ana@example.com")).value();
    BOOST_TEST(account.password_hash == "hash of ana@example.com");
    BOOST_TEST(account.user.id == ana.id);
    BOOST_TEST(!run(users.find("bob@example.com")).has_value());
    BOOST_TEST(run(users.list()).size() == 1U);
}

BOOST_AUTO_TEST_CASE(a_one_time_link_makes_the_first_account_and_no_second)
{
    BOOST_TEST(!run(users.add_first({"eve@example.com", "admin", "x"}, first_hash, "aa")).has_value());
    run(users.offer_link(first_hash));
    run(users.offer_link(second_hash));
    BOOST_TEST(run(users.add_first({"ana@example.com", "admin", "x"}, first_hash, "aa")).has_value());
    BOOST_TEST(!run(users.add_first({"eve@example.com", "admin", "x"}, first_hash, "aa")).has_value());
    BOOST_TEST(!run(users.add_first({"eve@example.com", "admin", "x"}, second_hash, "aa")).has_value());
}

BOOST_AUTO_TEST_CASE(a_link_is_void_after_an_hour)
{
    run(users.offer_link(first_hash));
    postgres.exec("update setup_links set created_at = now() - interval '61 minutes'");
    BOOST_TEST(!run(users.add_first({"ana@example.com", "admin", "x"}, first_hash, "aa")).has_value());
}

BOOST_AUTO_TEST_CASE(a_session_is_used_until_it_is_idle_or_old)
{
    const db::User ana = add("ana@example.com");
    run(sessions.begin(ana.id, first_hash, at_home()));
    const auto use = run(sessions.use(first_hash, "192.0.2.2")).value();
    BOOST_TEST(use.user.email == "ana@example.com");
    BOOST_TEST(use.user.last_login.has_value());
    BOOST_TEST(use.left.count() == 12 * 3600);
    BOOST_TEST(postgres.value("select last_used_from from sessions") == "192.0.2.2");
    postgres.exec("update sessions set last_used_at = now() - interval '721 minutes'");
    BOOST_TEST(!run(sessions.use(first_hash, "192.0.2.2")).has_value());
    postgres.exec("update sessions set last_used_at = now(), created_at = now() - interval '6 days 23 hours'");
    BOOST_TEST(run(sessions.use(first_hash, "192.0.2.2")).value().left.count() <= 3600);
    postgres.exec("update sessions set created_at = now() - interval '169 hours'");
    BOOST_TEST(!run(sessions.use(first_hash, "192.0.2.2")).has_value());
}

BOOST_AUTO_TEST_CASE(sessions_end_with_the_password_and_with_the_account)
{
    const db::User ana = add("ana@example.com");
    run(sessions.begin(ana.id, first_hash, at_home()));
    BOOST_TEST(run(users.set_password("ana@example.com", "new", test::tester())));
    BOOST_TEST(!run(sessions.use(first_hash, "192.0.2.1")).has_value());
    run(sessions.begin(ana.id, second_hash, at_home()));
    BOOST_TEST(run(users.disable("ana@example.com", test::tester())));
    BOOST_TEST(!run(sessions.use(second_hash, "192.0.2.1")).has_value());
    BOOST_TEST(!run(users.find("ana@example.com")).has_value());
    BOOST_TEST(!run(users.disable("bob@example.com", test::tester())));
}

BOOST_AUTO_TEST_CASE(a_key_is_used_until_it_expires_or_is_revoked)
{
    const db::ApiKey key = run(keys.add({"prometheus", "", {"metrics:read", "system:read"}, first_hash, {}}));
    const auto used = run(keys.use(first_hash, "192.0.2.1")).value();
    BOOST_TEST(used.name == "prometheus");
    BOOST_TEST(used.permissions.size() == 2U);
    BOOST_TEST(!run(keys.use(second_hash, "192.0.2.1")).has_value());
    BOOST_TEST(run(keys.revoke(key.id, test::tester())));
    BOOST_TEST(!run(keys.revoke(key.id, test::tester())));
    BOOST_TEST(!run(keys.use(first_hash, "192.0.2.1")).has_value());
    run(keys.add({"short", "viewer", {}, second_hash, std::chrono::seconds(60)}));
    BOOST_TEST(run(keys.use(second_hash, "192.0.2.1")).value().role == "viewer");
    postgres.exec("update api_keys set expires_at = now()");
    BOOST_TEST(!run(keys.use(second_hash, "192.0.2.1")).has_value());
    BOOST_TEST(run(keys.list()).size() == 2U);
}

BOOST_AUTO_TEST_CASE(a_new_key_stands_beside_the_old_one_until_that_is_revoked)
{
    run(keys.add({"shop", "operator", {}, first_hash, {}}));
    run(keys.add({"shop", "operator", {}, second_hash, {}}));
    BOOST_TEST(run(keys.use(first_hash, "192.0.2.1")).has_value());
    BOOST_TEST(run(keys.use(second_hash, "192.0.2.1")).has_value());
    BOOST_TEST(run(keys.revoke_named("shop", test::tester())) == 2);
}

BOOST_AUTO_TEST_CASE(the_version_moves_when_rights_do_and_not_when_they_are_used)
{
    BOOST_TEST(!run(db::read_access_state(database)).has_principals);
    const db::User ana = add("ana@example.com");
    const auto after_user = version();
    run(sessions.begin(ana.id, first_hash, at_home()));
    run(sessions.use(first_hash, "192.0.2.1"));
    BOOST_TEST(version() == after_user);
    run(sessions.end(first_hash, test::tester()));
    const auto after_session = version();
    BOOST_TEST(after_session > after_user);
    const db::ApiKey key = run(keys.add({"shop", "operator", {}, second_hash, {}}));
    const auto after_key = version();
    BOOST_TEST(after_key > after_session);
    run(keys.use(second_hash, "192.0.2.1"));
    BOOST_TEST(version() == after_key);
    run(keys.revoke(key.id, test::tester()));
    BOOST_TEST(version() > after_key);
    run(users.disable("ana@example.com", test::tester()));
    const auto state = run(db::read_access_state(database));
    BOOST_TEST(state.has_principals);
    BOOST_TEST(!state.has_users);
}

BOOST_AUTO_TEST_CASE(failures_are_counted_until_a_sign_in_or_a_day_without)
{
    run(failures.add({"account ana", "address 192.0.2.1"}));
    run(failures.add({"account ana"}));
    const auto counts = run(failures.read({"account ana"}));
    BOOST_REQUIRE(counts.size() == 1U);
    BOOST_TEST(counts[0].failures == 2);
    BOOST_TEST(counts[0].since_last.count() < 10'000);
    run(failures.forget({"account ana"}));
    BOOST_TEST(run(failures.read({"account ana"})).empty());
    postgres.exec("update sign_in_failures set last_at = now() - interval '25 hours'");
    BOOST_TEST(run(failures.read({"address 192.0.2.1"})).empty());
    run(failures.add({"address 192.0.2.1"}));
    BOOST_TEST(run(failures.read({"address 192.0.2.1"})).at(0).failures == 1);
}

BOOST_AUTO_TEST_SUITE_END()
