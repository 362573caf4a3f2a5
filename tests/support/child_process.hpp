#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <sys/types.h>
#include <vector>

namespace waybill::test
{

// A program that runs beside the test, killed at the end if it still runs. It has no descriptor of the test's; what it
// prints is shown with WAYBILL_TEST_LOG.
class ChildProcess
{
public:
    // `environment` is added to the test's own. `inherited`, when given, is the program's descriptor 3.
    ChildProcess(const std::vector<std::string>& command, const std::map<std::string, std::string>& environment,
                 const std::filesystem::path& directory, int inherited = -1);
    ~ChildProcess();
    ChildProcess(const ChildProcess&) = delete;
    ChildProcess& operator=(const ChildProcess&) = delete;

    void signal(int number);
    bool is_running();
    // Its exit status, or the negative number of the signal that ended it; throws when it runs on.
    int wait(std::chrono::seconds patience = std::chrono::seconds(60));
    std::int64_t peak_memory() const; // the peak so far, in bytes; it must be running

private:
    pid_t id_ = 0; // 0: it was waited for
};

} // namespace waybill::test
