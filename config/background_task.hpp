#pragma once

#include "config/wakeup.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>

#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace waybill::config
{

namespace asio = boost::asio;

// Work that a process does on its own account for as long as it runs.
struct BackgroundTask
{
    std::string name;                           // for the log
    std::function<asio::awaitable<void>()> run; // until stop(); called again after it has thrown
    std::function<void()> stop;                 // run() completes soon after, whenever it is called
    std::function<std::string()> problem = {};  // the error that keeps it from its work though it runs; empty: none
};

// One round of a task that repeats; returns when the next one is due.
using Round = std::function<asio::awaitable<Wakeup::Time>()>;

// The next round starts when the last one says, or earlier when `wakeup` wakes it.
BackgroundTask repeat(std::string name, std::shared_ptr<Wakeup> wakeup, Round round);
BackgroundTask repeat(std::string name, asio::any_io_executor executor, Round round);

// The first round starts immediately, each further one an interval after the last has ended.
BackgroundTask repeat_every(std::chrono::milliseconds interval, std::string name, asio::any_io_executor executor,
                            std::function<asio::awaitable<void>()> round);

struct RestartPauses
{
    std::chrono::milliseconds min{1'000};
    std::chrono::milliseconds max{60'000};
};

// Runs tasks side by side. What a task throws is logged with the task's name, and the task is run again after a pause
// that doubles with each failure in a row: it ends neither the process nor the other tasks.
class BackgroundTasks
{
public:
    explicit BackgroundTasks(asio::any_io_executor executor, RestartPauses pauses = {});

    void start(std::vector<BackgroundTask> tasks); // once; in this order
    asio::awaitable<void> stop();                  // in reverse order; completes when every task has ended

    // Which task cannot do its work, why, and what to do, in one sentence; empty when all of them can.
    std::string problem() const;

private:
    struct Failure
    {
        std::string error;
        Wakeup::Time over_at = Wakeup::Time::max(); // unless it fails again until then
    };

    asio::awaitable<void> supervise(const BackgroundTask* task);
    asio::awaitable<bool> run_once(const BackgroundTask* task, std::chrono::milliseconds pause);
    asio::awaitable<void> wait_before_restart(std::chrono::milliseconds pause);

    asio::any_io_executor executor_;
    RestartPauses pauses_;
    std::vector<BackgroundTask> tasks_;
    std::map<std::string, Failure> failures_; // by task
    Wakeup change_;                           // a task has ended, or all are to end
    int running_ = 0;
    bool stopping_ = false;
};

} // namespace waybill::config
