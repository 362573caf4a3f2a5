#include "tests/support/serve_process.hpp"

#include "tests/support/tested_build.hpp"

#include <csignal>
#include <fstream>
#include <iterator>

namespace waybill::test
{

namespace
{

constexpr const char* log_file = "waybill.log";

}

ServeProcess::ServeProcess(const TestDatabase& database, const RunningSimulator& twilio,
                           const std::map<std::string, std::string>& settings)
    : ServeProcess(database, twilio.origin(), settings)
{
}

ServeProcess::ServeProcess(const TestDatabase& database, const std::string& twilio_origin,
                           const std::map<std::string, std::string>& settings)
    : settings_(settings)
{
    settings_.insert({{"TWILIO_ACCOUNT_SID", RunningSimulator::account_sid},
                      {"TWILIO_AUTH_TOKEN", RunningSimulator::auth_token},
                      {"TWILIO_PHONE_NUMBER", RunningSimulator::phone_number},
                      {"TWILIO_API_BASE_URL", twilio_origin},
                      {"DATABASE_URL", database.url()},
                      {"PUBLIC_BASE_URL", origin()},
                      {"PORT", std::to_string(port())}});
}

void ServeProcess::keep_listening()
{
    listening_.emplace(io_, asio::ip::tcp::endpoint(asio::ip::address_v4::loopback(), port()));
}

void ServeProcess::begin()
{
    std::string command = "exec " + waybill_binary().string() + " serve";
    if (listening_) command = "LISTEN_FDS=1 LISTEN_PID=$$ " + command; // known to the process alone
    if (keeps_log_) command += std::string(" 2>>") + log_file;
    const std::vector<std::string> words{"/bin/sh", "-c", command};
    process_.emplace(words, settings_, directory_.path(), listening_ ? listening_->native_handle() : -1);
    wait_until_it_listens();
}

void ServeProcess::start()
{
    begin();
    wait_until_ready();
}

void ServeProcess::kill()
{
    process_->signal(SIGKILL);
    process_->wait();
}

std::string ServeProcess::log() const
{
    std::ifstream file(directory() / log_file);
    return {std::istreambuf_iterator<char>(file), {}};
}

int ServeProcess::terminate(std::chrono::seconds patience)
{
    process_->signal(SIGTERM);
    return process_->wait(patience);
}

} // namespace waybill::test
