#include "config/background_task.hpp"

#include "tests/support/captured_log.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/test/unit_test.hpp>

#include <functional>
#include <stdexcept>
#include <string>

namespace
{

using namespace waybill;
using namespace std::chrono_literals;
using config::BackgroundTask;
using std::chrono::steady_clock;
namespace asio = boost::asio;

struct Fixture
{
    asio::io_context context{1};
    test::CapturedLog log;
    config::BackgroundTasks tasks{context.get_executor(), {.min = 1ms, .max = 4ms}};
    std::string history;
    int rounds = 0, failures = 0;

    // Notes when it starts, is stopped and ends.
    BackgroundTask noted(const std::string& name)
    {
        auto stopped = std::make_shared<config::Wakeup>(context.get_executor());
        auto stop = [this, name, stopped] {
            history += "-" + name;
            stopped->wake();
        };
        return {name, [this, name, stopped] { return run_noted(name, stopped); }, stop};
    }
    asio::awaitable<void> run_noted(std::string name, std::shared_ptr<config::Wakeup> stopped)
    {
        history += "+" + name;
        co_await stopped->wait();
    }

    BackgroundTask counted()
    {
        return config::repeat_every(1ms, "counted", context.get_executor(), [this] { return count(); });
    }
    asio::awaitable<void> count()
    {
        ++rounds;
        co_return;
    }

    // Fails so many times.
    BackgroundTask failing(int times)
    {
        return config::repeat_every(1ms, "failing", context.get_executor(), [this, times] { return fail(times); });
    }
    asio::awaitable<void> fail(int times)
    {
        if (failures < times) throw std::runtime_error("fault " + std::to_string(++failures));
        co_await count();
    }

    void run_until(const std::function<bool()>& condition)
    {
        const auto deadline = steady_clock::now() + 10s;
        while (!condition() && steady_clock::now() < deadline)
            context.run_one_for(50ms);
        BOOST_REQUIRE(condition());
    }
    void stop()
    {
        asio::co_spawn(context, tasks.stop(), asio::detached);
        context.restart();
        context.run_for(10s);
        BOOST_TEST(context.stopped());
    }
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(background_tasks, Fixture)

BOOST_AUTO_TEST_CASE(tasks_start_in_their_order_and_are_stopped_in_reverse)
{
    tasks.start({noted("a"), noted("b"), noted("c")});
    run_until([&] { return history.size() == 6; });
    stop();
    BOOST_TEST(history == "+a+b+c-c-b-a");
}

BOOST_AUTO_TEST_CASE(a_round_follows_the_last_until_the_task_is_stopped)
{
    tasks.start({counted()});
    run_until([&] { return rounds == 3; });
    stop();
}

BOOST_AUTO_TEST_CASE(a_task_that_waits_for_long_is_stopped_immediately)
{
    tasks.start({config::repeat_every(24h, "daily", context.get_executor(), [this] { return count(); })});
    run_until([&] { return rounds == 1; });
    const auto began = steady_clock::now();
    stop();
    BOOST_TEST((steady_clock::now() - began < 5s));
    BOOST_TEST(rounds == 1);
}

BOOST_AUTO_TEST_CASE(a_wake_up_starts_the_next_round_early)
{
    const auto wakeup = std::make_shared<config::Wakeup>(context.get_executor());
    std::function<asio::awaitable<config::Wakeup::Time>()> round = [this]() -> asio::awaitable<config::Wakeup::Time> {
        co_await count();
        co_return config::Wakeup::Time::max();
    };
    tasks.start({config::repeat("woken", wakeup, std::move(round))});
    run_until([&] { return rounds == 1; });
    wakeup->wake();
    run_until([&] { return rounds == 2; });
    stop();
}

BOOST_AUTO_TEST_CASE(a_task_that_throws_is_logged_and_restarted_while_the_others_run)
{
    tasks.start({failing(3), noted("other")});
    run_until([&] { return rounds == 2; });
    BOOST_TEST(history == "+other");
    const auto lines = log.lines("task.failed");
    BOOST_REQUIRE(lines.size() == 3U);
    BOOST_TEST(lines[0].find("task=failing") != std::string::npos, lines[0]);
    BOOST_TEST(lines[0].find("fault 1") != std::string::npos, lines[0]);
    BOOST_TEST(lines[0].find("restart_after_ms=1 ") != std::string::npos, lines[0]);
    BOOST_TEST(lines[2].find("restart_after_ms=4 ") != std::string::npos, lines[2]);
    BOOST_TEST(tasks.problem() ==
               "The task \"failing\" fails (fault 3); remove the cause, and it continues automatically");
    stop();
}

BOOST_AUTO_TEST_CASE(a_task_reports_the_problem_that_it_lives_with)
{
    BackgroundTask task = noted("living");
    std::string error;
    task.problem = [&error] { return error; };
    tasks.start({std::move(task)});
    run_until([&] { return history == "+living"; });
    BOOST_TEST(tasks.problem() == "");
    error = "ERROR:  permission denied\nmore";
    BOOST_TEST(
        tasks.problem() ==
        "The task \"living\" fails (ERROR:  permission denied); remove the cause, and it continues automatically");
    stop();
}

BOOST_AUTO_TEST_CASE(a_task_that_waits_to_be_restarted_is_stopped_immediately)
{
    config::BackgroundTasks slow{context.get_executor(), {.min = 1h, .max = 1h}};
    slow.start({failing(1)});
    run_until([&] { return failures == 1; });
    asio::co_spawn(context, slow.stop(), asio::detached);
    context.restart();
    context.run_for(10s);
    BOOST_TEST(context.stopped());
    BOOST_TEST(rounds == 0);
}

BOOST_AUTO_TEST_SUITE_END()
