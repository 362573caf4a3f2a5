#include "tests/fault/sending_faults.hpp"

#include <boost/test/unit_test.hpp>

#include <array>
#include <chrono>
#include <thread>

namespace waybill::test
{

std::span<const SendingFaults::Fault> SendingFaults::all()
{
    static constexpr std::array faults{
        Fault{"Twilio throttles", &SendingFaults::twilio_throttles},
        Fault{"Twilio fails before it accepts", &SendingFaults::twilio_fails_before_it_accepts},
        Fault{"Twilio fails after it accepted", &SendingFaults::twilio_fails_after_it_accepted},
        Fault{"connections end before Twilio accepts", &SendingFaults::connections_end_before_twilio_accepts},
        Fault{"connections end after Twilio accepted", &SendingFaults::connections_end_after_twilio_accepted},
        Fault{"Twilio is slow", &SendingFaults::twilio_is_slow},
        Fault{"receipts come before the reply", &SendingFaults::receipts_come_before_the_reply},
        Fault{"Waybill is killed", &SendingFaults::waybill_is_killed},
        Fault{"Waybill is killed while Twilio is slow", &SendingFaults::waybill_is_killed_while_twilio_is_slow},
        Fault{"both are killed", &SendingFaults::both_are_killed},
        Fault{"Waybill is asked to end", &SendingFaults::waybill_is_asked_to_end},
        Fault{"connections to the database are cut", &SendingFaults::database_connections_are_cut},
        Fault{"PostgreSQL crashes", &SendingFaults::postgres_crashes}};
    return faults;
}

HeaderFields SendingFaults::usual_troubles()
{
    // Receipts come late or never, so that none hides in time that a message was sent again.
    return {{"throttle-share", "0.03"},   {"error-before-share", "0.01"}, {"error-after-share", "0.01"},
            {"cut-before-share", "0.01"}, {"cut-after-share", "0.01"},    {"early-share", "0.1"},
            {"failed-share", "0.03"},     {"undelivered-share", "0.05"},  {"api-latency", "5"},
            {"callback-latency", "1000"}, {"reorder-share", "0.05"},      {"loss-share", "0.1"}};
}

void SendingFaults::happen(const Fault& fault)
{
    BOOST_TEST_MESSAGE(fault.name);
    (this->*fault.happen)();
    rest();
    BOOST_REQUIRE_MESSAGE(one_.is_running() && other_.is_running(), "Waybill has died unexpectedly");
}

void SendingFaults::twilio_throttles()
{
    trouble({{"throttle-share", "0.9"}});
}

void SendingFaults::twilio_fails_before_it_accepts()
{
    trouble({{"error-before-share", "0.5"}});
}

void SendingFaults::twilio_fails_after_it_accepted()
{
    trouble({{"error-after-share", "0.5"}});
}

void SendingFaults::connections_end_before_twilio_accepts()
{
    trouble({{"cut-before-share", "0.5"}});
}

void SendingFaults::connections_end_after_twilio_accepted()
{
    trouble({{"cut-after-share", "0.5"}});
}

void SendingFaults::twilio_is_slow()
{
    trouble({{"api-latency", "1500"}});
}

void SendingFaults::receipts_come_before_the_reply()
{
    trouble({{"early-share", "1"}, {"api-latency", "100"}, {"callback-latency", "5"}});
}

void SendingFaults::waybill_is_killed()
{
    ServeProcess& chosen = any();
    chosen.kill();
    rest();
    chosen.start();
}

void SendingFaults::waybill_is_killed_while_twilio_is_slow()
{
    twilio_.set({{"api-latency", "1500"}});
    rest();
    ServeProcess& chosen = any();
    chosen.kill();
    twilio_.set(usual_troubles());
    chosen.start();
}

void SendingFaults::both_are_killed()
{
    one_.kill();
    other_.kill();
    one_.start();
    other_.start();
}

void SendingFaults::waybill_is_asked_to_end()
{
    ServeProcess& chosen = any();
    BOOST_TEST(chosen.terminate() == 0);
    rest();
    chosen.start();
}

void SendingFaults::database_connections_are_cut()
{
    for (int times = 0; times < 4; ++times) {
        PostgresServer::cut_connections(database_);
        std::this_thread::sleep_for(std::chrono::milliseconds(random_() % 150));
    }
}

void SendingFaults::postgres_crashes()
{
    if (!PostgresServer::may_be_stopped()) return;
    postgres_.crash();
    rest();
    postgres_.start();
    one_.wait_until_ready();
    other_.wait_until_ready();
}

void SendingFaults::trouble(const HeaderFields& settings)
{
    twilio_.set(settings);
    rest();
    twilio_.set(usual_troubles());
}

void SendingFaults::rest()
{
    std::this_thread::sleep_for(std::chrono::milliseconds(300 + random_() % 700));
}

} // namespace waybill::test
