#include "config/background_task.hpp"

#include "config/repeated_lines.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <algorithm>
#include <exception>
#include <ranges>
#include <utility>

namespace waybill::config
{

using std::chrono::steady_clock;

namespace
{

constexpr std::chrono::seconds proof_of_recovery{2}; // a task that has run for so long again has recovered

std::string sentence_on(const std::string& task, const std::string& error)
{
    return "The task \"" + task + "\" fails (" + error.substr(0, error.find('\n')) +
           "); remove the cause, and it continues automatically";
}

struct Repetition
{
    std::shared_ptr<Wakeup> wakeup;
    Round round;
    bool stopping = false;
};

asio::awaitable<void> run_rounds(std::shared_ptr<Repetition> repetition)
{
    while (!repetition->stopping) {
        const Wakeup::Time next = co_await repetition->round();
        if (!repetition->stopping && next > steady_clock::now()) co_await repetition->wakeup->wait_until(next);
    }
}

asio::awaitable<Wakeup::Time> run_then_wait(std::function<asio::awaitable<void>()> round,
                                            std::chrono::milliseconds interval)
{
    co_await round();
    co_return steady_clock::now() + interval;
}

} // namespace

BackgroundTask repeat(std::string name, std::shared_ptr<Wakeup> wakeup, Round round)
{
    const auto repetition = std::make_shared<Repetition>(std::move(wakeup), std::move(round));
    const auto stop = [repetition] {
        repetition->stopping = true;
        repetition->wakeup->wake();
    };
    return {std::move(name), [repetition] { return run_rounds(repetition); }, stop};
}

BackgroundTask repeat(std::string name, asio::any_io_executor executor, Round round)
{
    return repeat(std::move(name), std::make_shared<Wakeup>(std::move(executor)), std::move(round));
}

BackgroundTask repeat_every(std::chrono::milliseconds interval, std::string name, asio::any_io_executor executor,
                            std::function<asio::awaitable<void>()> round)
{
    return repeat(std::move(name), std::move(executor),
                  [round = std::move(round), interval] { return run_then_wait(round, interval); });
}

BackgroundTasks::BackgroundTasks(asio::any_io_executor executor, RestartPauses pauses)
    : executor_(executor), pauses_(pauses), change_(executor)
{
}

void BackgroundTasks::start(std::vector<BackgroundTask> tasks)
{
    tasks_ = std::move(tasks);
    for (const BackgroundTask& task : tasks_) {
        ++running_;
        asio::co_spawn(executor_, supervise(&task), [this](std::exception_ptr error) {
            --running_;
            change_.wake();
            if (error) std::rethrow_exception(error); // a bug of supervise() itself
        });
    }
}

asio::awaitable<void> BackgroundTasks::stop()
{
    stopping_ = true;
    for (const BackgroundTask& task : tasks_ | std::views::reverse)
        task.stop();
    change_.wake();
    while (running_ > 0)
        co_await change_.wait();
}

std::string BackgroundTasks::problem() const
{
    for (const auto& [task, failure] : failures_)
        if (steady_clock::now() < failure.over_at) return sentence_on(task, failure.error);
    for (const BackgroundTask& task : tasks_) {
        const std::string error = task.problem ? task.problem() : std::string();
        if (!error.empty()) return sentence_on(task.name, error);
    }
    return {};
}

asio::awaitable<void> BackgroundTasks::supervise(const BackgroundTask* task)
{
    std::chrono::milliseconds pause = pauses_.min;
    for (;;) {
        const auto started = steady_clock::now();
        const bool completed = co_await run_once(task, pause);
        if (completed) failures_.erase(task->name);
        if (completed || stopping_) co_return;
        if (steady_clock::now() - started > pauses_.max) pause = pauses_.min;
        co_await wait_before_restart(pause);
        failures_[task->name].over_at = steady_clock::now() + proof_of_recovery;
        pause = std::min(2 * pause, pauses_.max);
    }
}

// False when it threw.
asio::awaitable<bool> BackgroundTasks::run_once(const BackgroundTask* task, std::chrono::milliseconds pause)
{
    try {
        co_await task->run();
        co_return true;
    }
    catch (const std::exception& error) {
        failures_[task->name] = {error.what()};
        log_repeated(
            LogLevel::error, "task.failed",
            {{"task", task->name},
             {"error", error.what()},
             {"restart_after_ms", pause.count()},
             {"advice", "remove the cause that the error names; the task is restarted automatically, and the rest of "
                        "Waybill keeps running"}});
    }
    co_return false;
}

asio::awaitable<void> BackgroundTasks::wait_before_restart(std::chrono::milliseconds pause)
{
    const auto until = steady_clock::now() + pause;
    while (!stopping_ && steady_clock::now() < until)
        co_await change_.wait_until(until);
}

} // namespace waybill::config
