#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

namespace waybill::db
{

class JobDeadline;

// Ends jobs that outlast their deadlines, and cancels statements whose callers have left. libpq blocks without one, and
// a server that is frozen or whose storage hangs keeps its connections open: shutting the socket down makes libpq
// return from whatever it waits for.
class JobDeadlines
{
public:
    JobDeadlines();
    ~JobDeadlines();
    JobDeadlines(const JobDeadlines&) = delete;
    JobDeadlines& operator=(const JobDeadlines&) = delete;

private:
    friend JobDeadline;
    void watch();
    void end_late_ones();

    std::mutex mutex_; // nothing is shut down while a job enters, leaves or changes its socket
    std::condition_variable change_;
    std::vector<JobDeadline*> jobs_;
    bool sleeping_ = false;
    bool stopping_ = false;
    std::thread thread_; // last: it uses the others
};

// The deadline of one job, from its construction to its end. All calls on the job's thread.
class JobDeadline
{
public:
    using Clock = std::chrono::steady_clock;

    // is_renewable: each statement gets the whole limit, otherwise all of them share it. caller_left: null, or whether
    // the job is of no use any more.
    JobDeadline(JobDeadlines& all, std::chrono::milliseconds limit, bool is_renewable,
                std::shared_ptr<const std::atomic<bool>> caller_left = nullptr);
    ~JobDeadline();
    JobDeadline(const JobDeadline&) = delete;
    JobDeadline& operator=(const JobDeadline&) = delete;

    void guard(int socket); // shut down when the deadline passes; -1: none. The caller owns it and keeps it open.
    void cancel_with(std::function<void()> cancel); // until guard(-1); called once, on another thread; must not block
    void renew();                                   // a statement begins
    bool has_passed() const { return passed_; }
    bool was_cancelled() const { return cancelled_; }
    Clock::time_point time() const { return Clock::time_point(Clock::duration(time_)); }
    std::chrono::milliseconds limit() const { return limit_; }

private:
    friend JobDeadlines;

    JobDeadlines& all_;
    const std::chrono::milliseconds limit_;
    const bool is_renewable_;
    const std::shared_ptr<const std::atomic<bool>> caller_left_;
    std::atomic<Clock::rep> time_;
    std::atomic<bool> passed_{false};
    std::atomic<bool> cancelled_{false};
    int socket_ = -1;              // under the mutex
    std::function<void()> cancel_; // likewise
};

} // namespace waybill::db
