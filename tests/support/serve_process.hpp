#pragma once

#include "tests/support/child_process.hpp"
#include "tests/support/directory.hpp"
#include "tests/support/postgres.hpp"
#include "tests/support/running_simulator.hpp"
#include "tests/support/service_client.hpp"

#include <chrono>
#include <filesystem>
#include <map>
#include <optional>
#include <string>

namespace waybill::test
{

// `waybill serve` as a process of its own, with the credentials of a simulated Twilio. It may be started and ended many
// times: port, database and directory stay.
class ServeProcess : public ServiceClient
{
public:
    ServeProcess(const TestDatabase& database, const std::string& twilio_origin,
                 const std::map<std::string, std::string>& settings = {});
    ServeProcess(const TestDatabase& database, const RunningSimulator& twilio,
                 const std::map<std::string, std::string>& settings = {});

    void set(const std::string& name, const std::string& value) { settings_[name] = value; } // for the next start
    void keep_log() { keeps_log_ = true; } // from the next start on, log() is what it has logged
    std::string log() const;
    void keep_listening(); // from now on the port listens while no process runs, as systemd does it
    void begin();          // returns when it listens
    void start();          // returns when it is ready
    void signal(int number) { process_->signal(number); }
    int wait() { return process_->wait(); }                                     // until it has ended; its exit status
    void kill();                                                                // -9, and waits until it is gone
    int terminate(std::chrono::seconds patience = std::chrono::seconds(60));    // asks it to end; its exit status
    std::int64_t peak_memory() const { return process_.value().peak_memory(); } // in bytes; it must be running
    bool is_running() { return process_ && process_->is_running(); }
    const std::filesystem::path& directory() const { return directory_.path(); } // where it runs

private:
    TestDirectory directory_;
    std::map<std::string, std::string> settings_;
    asio::io_context io_;
    std::optional<asio::ip::tcp::acceptor> listening_;
    std::optional<ChildProcess> process_;
    bool keeps_log_ = false;
};

} // namespace waybill::test
