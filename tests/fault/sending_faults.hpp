#pragma once

#include "tests/support/postgres_server.hpp"
#include "tests/support/serve_process.hpp"
#include "tests/support/simulator_process.hpp"

#include <cstdint>
#include <random>
#include <span>

namespace waybill::test
{

// Breaks what sending leans on, each fault in its own function: Twilio's answers, the two Waybill processes, their
// connections to PostgreSQL, PostgreSQL itself. After each of them everything works again.
class SendingFaults
{
public:
    struct Fault
    {
        const char* name;
        void (SendingFaults::*happen)();
    };
    static std::span<const Fault> all();
    static HeaderFields usual_troubles(); // of the simulator, between the faults

    SendingFaults(const TestDatabase& database, const SimulatorProcess& twilio, ServeProcess& one, ServeProcess& other,
                  std::uint64_t seed)
        : database_(database), twilio_(twilio), one_(one), other_(other), random_(seed)
    {
    }

    void happen(const Fault& fault);

private:
    void twilio_throttles();
    void twilio_fails_before_it_accepts();
    void twilio_fails_after_it_accepted();
    void connections_end_before_twilio_accepts();
    void connections_end_after_twilio_accepted();
    void twilio_is_slow();
    void receipts_come_before_the_reply();
    void waybill_is_killed();
    void waybill_is_killed_while_twilio_is_slow();
    void both_are_killed();
    void waybill_is_asked_to_end();
    void database_connections_are_cut();
    void postgres_crashes(); // where it may

    void trouble(const HeaderFields& settings); // for some time
    ServeProcess& any() { return random_() % 2 == 0 ? one_ : other_; }
    void rest(); // some time goes by

    const TestDatabase& database_;
    const SimulatorProcess& twilio_;
    ServeProcess& one_;
    ServeProcess& other_;
    std::mt19937_64 random_;
    PostgresServer postgres_;
};

} // namespace waybill::test
