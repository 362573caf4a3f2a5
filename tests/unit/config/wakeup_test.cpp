#include "config/wakeup.hpp"

#include "config/within.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/test/unit_test.hpp>

#include <stdexcept>
#include <string>

namespace
{

using namespace waybill;
using namespace std::chrono_literals;
using std::chrono::steady_clock;
namespace asio = boost::asio;

struct Fixture
{
    asio::io_context context{1};
    config::Wakeup wakeup{context.get_executor()};
    int ended = 0;
    std::string outcome;

    asio::awaitable<void> wait_until(steady_clock::time_point until)
    {
        co_await wakeup.wait_until(until);
        ++ended;
    }
    void start_wait(steady_clock::time_point until = steady_clock::time_point::max())
    {
        asio::co_spawn(context, wait_until(until), asio::detached);
        context.poll();
        context.restart();
    }

    asio::awaitable<void> work(std::chrono::milliseconds duration, bool fails)
    {
        asio::steady_timer timer(context, duration);
        co_await timer.async_wait(asio::use_awaitable);
        ++ended;
        if (fails) throw std::runtime_error("refused");
    }
    asio::awaitable<void> work_within(std::chrono::milliseconds deadline, std::chrono::milliseconds duration,
                                      bool fails = false)
    {
        try {
            asio::awaitable<void> slow = work(duration, fails);
            const bool in_time = co_await config::within(deadline, std::move(slow));
            outcome = in_time ? "in time" : "too late";
        }
        catch (const std::exception& error) {
            outcome = error.what();
        }
    }
    void start(asio::awaitable<void> coroutine) { asio::co_spawn(context, std::move(coroutine), asio::detached); }
    void run_until_known()
    {
        while (outcome.empty())
            context.run_one();
    }
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(wakeup_and_within, Fixture)

BOOST_AUTO_TEST_CASE(a_wake_up_ends_every_wait_under_way)
{
    start_wait();
    start_wait();
    BOOST_TEST(ended == 0);
    wakeup.wake();
    context.run();
    BOOST_TEST(ended == 2);
}

BOOST_AUTO_TEST_CASE(a_wake_up_before_the_wait_is_kept_for_one_wait)
{
    wakeup.wake();
    wakeup.wake();
    start_wait();
    BOOST_TEST(ended == 1);
    start_wait();
    BOOST_TEST(ended == 1);
    wakeup.wake();
    context.run();
    BOOST_TEST(ended == 2);
}

BOOST_AUTO_TEST_CASE(a_wait_ends_at_its_time_without_a_wake_up)
{
    const auto began = steady_clock::now();
    start_wait(began + 20ms);
    context.run();
    BOOST_TEST(ended == 1);
    BOOST_TEST((steady_clock::now() - began >= 20ms));
}

BOOST_AUTO_TEST_CASE(work_that_ends_in_time_is_waited_for)
{
    start(work_within(10s, 1ms));
    run_until_known();
    BOOST_TEST(outcome == "in time");
    BOOST_TEST(ended == 1);
}

BOOST_AUTO_TEST_CASE(work_that_outlasts_its_deadline_continues_to_its_end)
{
    start(work_within(1ms, 50ms, true));
    run_until_known();
    BOOST_TEST(outcome == "too late");
    BOOST_TEST(ended == 0);
    context.run();
    BOOST_TEST(ended == 1);
}

BOOST_AUTO_TEST_CASE(what_the_work_throws_in_time_reaches_the_caller)
{
    start(work_within(10s, 1ms, true));
    run_until_known();
    BOOST_TEST(outcome == "refused");
}

BOOST_AUTO_TEST_SUITE_END()
