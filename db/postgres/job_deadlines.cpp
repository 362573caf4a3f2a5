#include "db/postgres/job_deadlines.hpp"

#include "db/postgres/database.hpp"

#include <sys/socket.h>
#include <utility>

namespace waybill::db
{

namespace
{

constexpr std::chrono::milliseconds check_interval{100}; // deadlines are kept to within it

} // namespace

JobDeadlines::JobDeadlines() : thread_([this] { watch(); }) {}

JobDeadlines::~JobDeadlines()
{
    {
        const std::lock_guard lock(mutex_);
        stopping_ = true;
    }
    change_.notify_all();
    thread_.join();
}

// Looks at the clock ten times a second while there are jobs, so that a job need not wake it; sleeps otherwise.
void JobDeadlines::watch()
{
    std::unique_lock lock(mutex_);
    while (!stopping_) {
        sleeping_ = jobs_.empty();
        if (sleeping_) change_.wait(lock, [this] { return stopping_ || !jobs_.empty(); });
        sleeping_ = false;
        change_.wait_for(lock, check_interval, [this] { return stopping_; });
        end_late_ones();
    }
}

void JobDeadlines::end_late_ones()
{
    const auto now = JobDeadline::Clock::now();
    for (JobDeadline* job : jobs_) {
        if (job->cancel_ && *job->caller_left_) {
            job->cancelled_ = true;
            std::exchange(job->cancel_, nullptr)();
        }
        if (job->passed_ || now < job->time()) continue;
        job->passed_ = true;
        if (job->socket_ >= 0) ::shutdown(job->socket_, SHUT_RDWR);
    }
}

JobDeadline::JobDeadline(JobDeadlines& all, std::chrono::milliseconds limit, bool is_renewable,
                         std::shared_ptr<const std::atomic<bool>> caller_left)
    : all_(all),
      limit_(limit),
      is_renewable_(is_renewable),
      caller_left_(std::move(caller_left)),
      time_((Clock::now() + limit).time_since_epoch().count())
{
    bool wake = false;
    {
        const std::lock_guard lock(all_.mutex_);
        all_.jobs_.push_back(this);
        wake = all_.sleeping_;
    }
    if (wake) all_.change_.notify_all();
}

JobDeadline::~JobDeadline()
{
    const std::lock_guard lock(all_.mutex_);
    std::erase(all_.jobs_, this);
}

void JobDeadline::guard(int socket)
{
    const std::lock_guard lock(all_.mutex_);
    socket_ = socket;
    if (socket_ < 0) cancel_ = nullptr;
    if (passed_ && socket_ >= 0) ::shutdown(socket_, SHUT_RDWR);
}

void JobDeadline::cancel_with(std::function<void()> cancel)
{
    if (!caller_left_) return;
    const std::lock_guard lock(all_.mutex_);
    cancel_ = std::move(cancel);
}

// Between two statements there is nothing that could be cancelled.
void JobDeadline::renew()
{
    if (caller_left_ && *caller_left_) throw Abandoned("the caller has left");
    if (is_renewable_ && !passed_) time_ = (Clock::now() + limit_).time_since_epoch().count();
}

} // namespace waybill::db
