#include "db/postgres/database.hpp"

#include "db/postgres/transaction.hpp"
#include "tests/support/coroutine.hpp"
#include "tests/support/polling.hpp"
#include "tests/support/postgres.hpp"

#include <boost/test/unit_test.hpp>

#include <atomic>
#include <memory>
#include <thread>

BOOST_AUTO_TEST_SUITE(database)

using namespace waybill;

BOOST_AUTO_TEST_CASE(a_job_runs_on_another_thread_and_its_result_comes_back_to_the_loop)
{
    const test::TestDatabase postgres;
    db::Database database(postgres.options());
    const auto job = [](db::Transaction& tx) {
        return std::pair(tx.work().exec("select 40 + 2")[0][0].as<int>(), std::this_thread::get_id());
    };
    const auto [answer, thread] = test::run(database.transact(job));
    BOOST_TEST(answer == 42);
    BOOST_TEST((thread != std::this_thread::get_id()));
}

BOOST_AUTO_TEST_CASE(a_job_that_throws_leaves_nothing_behind)
{
    const test::TestDatabase postgres;
    db::Database database(postgres.options());
    const auto job = [](db::Transaction& tx) {
        tx.work().exec("insert into opt_outs (phone_number, source) values ('+15550100000', 'test')");
        throw std::logic_error("no");
    };
    BOOST_CHECK_THROW(test::run(database.transact(job)), std::logic_error);
    BOOST_TEST(postgres.number("select count(*) from opt_outs") == 0);
}

BOOST_AUTO_TEST_CASE(values_that_PostgreSQL_refuses_are_a_data_error)
{
    const test::TestDatabase postgres;
    db::Database database(postgres.options());
    BOOST_CHECK_THROW(test::run(database.transact([](db::Transaction& tx) { tx.work().exec("select 'x'::int"); })),
                      db::DataError);
}

BOOST_AUTO_TEST_CASE(an_unreachable_PostgreSQL_is_unavailable)
{
    db::DatabaseOptions options;
    options.url = "postgresql://127.0.0.1:1/nowhere";
    db::Database database(options);
    BOOST_CHECK_THROW(test::run(database.ping()), db::Unavailable);
}

BOOST_AUTO_TEST_CASE(a_connection_that_was_cut_while_idle_is_replaced_without_anybody_noticing)
{
    const test::TestDatabase postgres;
    db::Database database(postgres.options());
    test::run(database.ping());
    postgres.exec("select pg_terminate_backend(pid) from pg_stat_activity "
                  "where datname = current_database() and pid <> pg_backend_pid()");
    BOOST_CHECK_NO_THROW(test::run(database.ping()));
}

BOOST_AUTO_TEST_CASE(a_connection_that_is_cut_during_a_job_makes_the_job_unavailable_and_the_next_one_works)
{
    const test::TestDatabase postgres;
    db::Database database(postgres.options());
    const auto suicide = [](db::Transaction& tx) { tx.work().exec("select pg_terminate_backend(pg_backend_pid())"); };
    BOOST_CHECK_THROW(test::run(database.transact(suicide)), db::Unavailable);
    BOOST_CHECK_NO_THROW(test::run(database.ping()));
}

BOOST_AUTO_TEST_CASE(a_statement_whose_caller_leaves_is_cancelled_and_the_next_job_works)
{
    const test::TestDatabase postgres;
    db::Database database(postgres.options());
    const auto left = std::make_shared<std::atomic<bool>>(false);
    std::thread caller([&] {
        test::wait_until("the statement runs", [&] {
            return postgres.number("select count(*) from pg_stat_activity where query = 'select pg_sleep(3600)' "
                                   "and state = 'active'") == 1;
        });
        *left = true;
    });
    const auto slow = [](db::Transaction& tx) { tx.work().exec("select pg_sleep(3600)"); };
    BOOST_CHECK_THROW(test::run(database.transact_for(left, slow)), db::Abandoned);
    caller.join();
    const auto later = [](db::Transaction&) { BOOST_ERROR("a job for a caller that has left was begun"); };
    BOOST_CHECK_THROW(test::run(database.transact_for(left, later)), db::Abandoned);
    BOOST_CHECK_NO_THROW(test::run(database.ping()));
}

BOOST_AUTO_TEST_CASE(a_statement_that_takes_too_long_is_unavailable)
{
    const test::TestDatabase postgres;
    db::DatabaseOptions options = postgres.options();
    options.statement_timeout = std::chrono::milliseconds(50);
    db::Database database(options);
    const auto slow = [](db::Transaction& tx) { tx.work().exec("select pg_sleep(30)"); };
    BOOST_CHECK_THROW(test::run(database.transact(slow)), db::Unavailable);
}

BOOST_AUTO_TEST_CASE(a_malformed_url_is_refused_in_plain_words)
{
    db::DatabaseOptions options;
    options.url = "postgresql://host:notaport/x?nonsense=1";
    BOOST_CHECK_THROW(db::Database{options}, std::invalid_argument);
}

BOOST_AUTO_TEST_CASE(statements_that_commit_by_themselves_outlive_what_is_thrown_after_them)
{
    const test::TestDatabase postgres;
    db::Database database(postgres.options());
    const auto job = [](db::Transaction& tx) {
        tx.work().exec("insert into opt_outs (phone_number, source) values ('+15550100000', 'test')");
        throw std::runtime_error("afterwards");
    };
    BOOST_CHECK_THROW(test::run(database.autocommit(job)), std::runtime_error);
    BOOST_TEST(postgres.number("select count(*) from opt_outs") == 1);
}

BOOST_AUTO_TEST_CASE(a_connection_that_died_while_idle_is_replaced_before_a_statement_that_commits_by_itself)
{
    const test::TestDatabase postgres;
    db::Database database(postgres.options());
    const auto ask = [](db::Transaction& tx) { return tx.work().exec("select 1")[0][0].as<int>(); };
    BOOST_TEST(test::run(database.autocommit(ask)) == 1);
    postgres.exec("select pg_terminate_backend(pid, 60000) from pg_stat_activity " // waits until it is gone
                  "where datname = current_database() and pid <> pg_backend_pid()");
    BOOST_TEST(test::run(database.autocommit(ask)) == 1);
}

BOOST_AUTO_TEST_SUITE_END()
