#pragma once

#include "tests/browser/browser.hpp"
#include "tests/support/postgres.hpp"
#include "tests/support/running_simulator.hpp"
#include "tests/support/serve_process.hpp"

#include <filesystem>
#include <map>
#include <string>
#include <string_view>

namespace waybill::test
{

// Waybill as a process of its own, and the browser that all tests share before its first page. When the test is over,
// the console must have said no error.
class Dashboard
{
public:
    explicit Dashboard(int messages_per_second = 100, simulator::SimulatorOptions simulation = {},
                       std::map<std::string, std::string> settings = {});
    ~Dashboard();

    void go_to(std::string_view page); // behind the #

    // The steps of a new campaign. What follows is sent after one second, not ten.
    void choose_list(const std::filesystem::path& file);
    void write_message(std::string_view offer = "20% off any pizza.");
    void review(); // from the message to the last question

    void sign_in(std::string_view email); // with the password of the tests' users
    void sign_out();

    // A campaign made over the API, while the browser looks elsewhere; its id.
    std::string make_campaign(const std::string& customers) const;
    std::int64_t messages_that_are(std::string_view status) const; // in the database, of all campaigns

    // What the console says while Waybill is away is no fault.
    void forget_console() { browser.console_errors(); }

    TestDatabase database;
    RunningSimulator twilio;
    ServeProcess waybill;
    Browser& browser;
};

} // namespace waybill::test
