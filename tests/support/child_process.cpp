#include "tests/support/child_process.hpp"

#include "tests/support/polling.hpp"

#include <csignal>
#include <cstdlib>
#include <fcntl.h>
#include <fstream>
#include <spawn.h>
#include <stdexcept>
#include <sys/wait.h>
#include <unistd.h>
#include <utility>

namespace waybill::test
{

namespace
{

std::vector<std::string> environment_with(const std::map<std::string, std::string>& additions)
{
    std::vector<std::string> all;
    for (char** entry = environ; *entry; ++entry) {
        const std::string text = *entry;
        if (!additions.contains(text.substr(0, text.find('=')))) all.push_back(text);
    }
    for (const auto& [name, value] : additions)
        all.push_back(name + "=" + value);
    return all;
}

std::vector<char*> pointers_to(std::vector<std::string>& texts)
{
    std::vector<char*> pointers;
    for (std::string& text : texts)
        pointers.push_back(text.data());
    pointers.push_back(nullptr);
    return pointers;
}

} // namespace

ChildProcess::ChildProcess(const std::vector<std::string>& command,
                           const std::map<std::string, std::string>& environment,
                           const std::filesystem::path& directory, int inherited)
{
    std::vector<std::string> arguments = command;
    std::vector<std::string> variables = environment_with(environment);
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_addchdir_np(&actions, directory.c_str());
    posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
    if (std::getenv("WAYBILL_TEST_LOG") == nullptr) {
        posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
        posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
    }
    constexpr int first_other = STDERR_FILENO + 1;
    if (inherited >= 0) posix_spawn_file_actions_adddup2(&actions, inherited, first_other);
    posix_spawn_file_actions_addclosefrom_np(&actions, inherited >= 0 ? first_other + 1 : first_other);
    const int error = posix_spawn(&id_, command.front().c_str(), &actions, nullptr, pointers_to(arguments).data(),
                                  pointers_to(variables).data());
    posix_spawn_file_actions_destroy(&actions);
    if (error != 0) throw std::runtime_error("cannot start " + command.front());
}

ChildProcess::~ChildProcess()
{
    if (id_ == 0) return;
    ::kill(id_, SIGKILL);
    ::waitpid(id_, nullptr, 0);
}

void ChildProcess::signal(int number)
{
    if (id_ != 0) ::kill(id_, number);
}

bool ChildProcess::is_running()
{
    siginfo_t ended{};
    return id_ != 0 && ::waitid(P_PID, static_cast<id_t>(id_), &ended, WEXITED | WNOHANG | WNOWAIT) == 0 &&
           ended.si_pid == 0;
}

int ChildProcess::wait(std::chrono::seconds patience)
{
    int status = 0;
    wait_until(
        "the process has ended", [&] { return ::waitpid(id_, &status, WNOHANG) == id_; }, patience);
    id_ = 0;
    return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
}

std::int64_t ChildProcess::peak_memory() const
{
    std::ifstream status("/proc/" + std::to_string(id_) + "/status");
    for (std::string word; status >> word;) {
        std::int64_t kilobytes = 0;
        if (word == "VmHWM:" && status >> kilobytes) return kilobytes * 1024;
    }
    throw std::runtime_error("the process does not run");
}

} // namespace waybill::test
