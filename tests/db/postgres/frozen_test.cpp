#include "db/postgres/connections.hpp"
#include "db/postgres/database.hpp"
#include "db/postgres/transaction.hpp"
#include "tests/support/coroutine.hpp"
#include "tests/support/postgres.hpp"

#include <boost/test/unit_test.hpp>

#include <atomic>
#include <csignal>
#include <future>
#include <sys/types.h>
#include <thread>

using namespace waybill;
using namespace std::chrono_literals;

namespace
{

using Clock = std::chrono::steady_clock;

db::DatabaseOptions one_connection(const test::TestDatabase& postgres)
{
    db::DatabaseOptions options = postgres.options();
    options.threads = 1;
    return options;
}

// The server's side of a connection stands still, as all of it does when its machine hangs: the kernel keeps the
// connection open.
class FrozenBackend
{
public:
    explicit FrozenBackend(db::Database& database) : pid_(test::run(database.autocommit(pid_of_session)))
    {
        ::kill(pid_, SIGSTOP);
    }
    ~FrozenBackend() { ::kill(pid_, SIGCONT); }

private:
    static pid_t pid_of_session(db::Transaction& tx)
    {
        return tx.work().exec("select pg_backend_pid()")[0][0].as<pid_t>();
    }
    pid_t pid_;
};

int one(db::Transaction& tx)
{
    return tx.work().exec("select 1")[0][0].as<int>();
}

} // namespace

BOOST_AUTO_TEST_SUITE(frozen_postgres)

BOOST_AUTO_TEST_CASE(a_ping_of_a_frozen_server_fails_after_three_seconds_and_the_next_job_gets_another_connection)
{
    const test::TestDatabase postgres;
    db::Database database(one_connection(postgres));
    const FrozenBackend frozen(database);
    const auto began = Clock::now();
    BOOST_CHECK_THROW(test::run(database.ping()), db::Unavailable);
    BOOST_TEST((Clock::now() - began < 5s));
    BOOST_TEST(test::run(database.transact(one)) == 1);
}

BOOST_AUTO_TEST_CASE(a_job_that_hangs_in_the_middle_ends_at_its_deadline)
{
    const test::TestDatabase postgres;
    db::DatabaseOptions options = one_connection(postgres);
    options.job_deadline = 500ms;
    db::Database database(options);
    std::atomic<pid_t> pid{0};
    const auto job = [&pid](db::Transaction& tx) {
        pid = tx.work().exec("select pg_backend_pid()")[0][0].as<pid_t>();
        ::kill(pid, SIGSTOP);
        return one(tx);
    };
    BOOST_CHECK_THROW(test::run(database.transact(job)), db::Unavailable);
    ::kill(pid, SIGCONT);
    BOOST_TEST(test::run(database.autocommit(one)) == 1);
}

BOOST_AUTO_TEST_CASE(each_statement_of_a_long_job_has_the_whole_limit)
{
    const test::TestDatabase postgres;
    db::DatabaseOptions options = one_connection(postgres);
    options.statement_timeout = 1s;
    db::Database database(options);
    const auto job = [](db::Transaction& tx) {
        for (int i = 0; i < 9; ++i)
            tx.work().exec("select pg_sleep(0.6)");
        return one(tx);
    };
    BOOST_TEST(test::run(database.transact(job)) == 1);
}

BOOST_AUTO_TEST_CASE(a_connection_that_turns_read_only_is_replaced)
{
    const test::TestDatabase postgres;
    db::Database database(one_connection(postgres));
    const auto turn = [](db::Transaction& tx) {
        tx.work().exec("set session characteristics as transaction read only");
    };
    const auto write = [](db::Transaction& tx) {
        tx.work().exec("insert into opt_outs (phone_number, source) values ('+15550100000', 'test')");
    };
    test::run(database.autocommit(turn));
    BOOST_CHECK_THROW(test::run(database.transact(write)), db::Unavailable);
    BOOST_CHECK_NO_THROW(test::run(database.transact(write)));

    test::run(database.autocommit(turn));
    BOOST_CHECK_THROW(test::run(database.ping()), db::Unavailable);
    BOOST_CHECK_NO_THROW(test::run(database.ping()));
}

BOOST_AUTO_TEST_CASE(a_server_that_accepts_no_writes_is_not_connected_to)
{
    const test::TestDatabase postgres;
    postgres.exec("do $$ begin execute format('alter database %I set default_transaction_read_only = on', "
                  "current_database()); end $$");
    db::Database database(one_connection(postgres));
    BOOST_CHECK_THROW(test::run(database.ping()), db::Unavailable);
}

BOOST_AUTO_TEST_CASE(a_user_that_may_not_write_is_reported)
{
    const test::TestDatabase postgres;
    postgres.exec(
        "set client_min_messages = error; drop role if exists waybill_reader; create role waybill_reader login");
    db::DatabaseOptions options = one_connection(postgres);
    options.url += " user=waybill_reader";
    db::Database database(options);
    BOOST_CHECK_THROW(test::run(database.ping()), db::Forbidden);
    postgres.exec("drop role waybill_reader");
}

BOOST_AUTO_TEST_CASE(an_attempt_to_connect_that_hangs_is_counted_and_replaced)
{
    const test::TestDatabase postgres;
    std::promise<void> answer; // of a name server that does not answer
    auto answered = answer.get_future().share();
    std::atomic<int> attempts{0};
    const auto connections = std::make_shared<db::Connections>(
        [&attempts, answered, text = db::connection_string(postgres.url(), 1s)] {
            if (++attempts == 1) answered.wait();
            return std::make_unique<db::Connection>(text);
        },
        2);
    BOOST_CHECK_THROW(connections->open(Clock::now() + 200ms), db::Unavailable);
    BOOST_TEST(connections->hung() == 1U);
    const auto second = connections->open(Clock::now() + 10s);
    BOOST_TEST(second->is_open());

    answer.set_value();
    while (connections->hung() > 0)
        std::this_thread::yield();
    BOOST_TEST(connections->take_idle()->is_open()); // the late one is kept
}

BOOST_AUTO_TEST_SUITE_END()
