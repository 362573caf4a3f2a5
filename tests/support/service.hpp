#pragma once

#include "config/settings.hpp"
#include "server/app/app.hpp"
#include "server/simulator/simulator.hpp"
#include "tests/support/directory.hpp"
#include "tests/support/loop_thread.hpp"
#include "tests/support/postgres.hpp"
#include "tests/support/running_simulator.hpp"
#include "tests/support/service_client.hpp"

#include <optional>

namespace waybill::test
{

struct ServiceOptions
{
    ServiceOptions(); // fast, so that a test need not wait

    config::Settings settings; // database, journal and Twilio are put in unless they are set; the port always is
    simulator::SimulatorOptions simulation;
    bool has_credentials = true; // for the simulator of the fixture; false: the built-in one stands in
    bool begins_ready = true;    // false: the database is not there yet
};

// The whole of Waybill on a thread of its own, with a simulated Twilio on another: everything goes over real HTTP.
// Drains at the end.
class Service : public ServiceClient
{
public:
    explicit Service(const TestDatabase& database, ServiceOptions options = {});
    ~Service();

    RunningSimulator& twilio() { return twilio_; }

private:
    RunningSimulator twilio_;
    TestDirectory journal_;
    LoopThread loop_;
    std::optional<App> app_;
};

} // namespace waybill::test
