#pragma once

#include <atomic>
#include <exception>
#include <functional>
#include <thread>
#include <utility>
#include <vector>

namespace waybill::test
{

// Several threads that ask again and again, and count what fails.
class SteadyLoad
{
public:
    using Ask = std::function<bool()>; // false, or an exception: it failed

    explicit SteadyLoad(Ask ask, int threads = 4) : ask_(std::move(ask))
    {
        for (int i = 0; i < threads; ++i)
            threads_.emplace_back([this] { run(); });
    }
    ~SteadyLoad() { stop(); }

    void stop()
    {
        stopping_ = true;
        for (std::thread& thread : threads_)
            thread.join();
        threads_.clear();
    }
    int answered() const { return answered_; }
    int failed() const { return failed_; }

private:
    void run()
    {
        while (!stopping_)
            ++(succeeds() ? answered_ : failed_);
    }
    bool succeeds() const
    {
        try {
            return ask_();
        }
        catch (const std::exception&) {
            return false;
        }
    }

    const Ask ask_;
    std::atomic<bool> stopping_{false};
    std::atomic<int> answered_{0}, failed_{0};
    std::vector<std::thread> threads_;
};

} // namespace waybill::test
