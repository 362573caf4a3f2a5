#pragma once

#include "config/settings.hpp"
#include "server/simulator/simulator.hpp"
#include "tests/support/loop_thread.hpp"

#include <boost/json/object.hpp>

#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace waybill::test
{

// A simulated Twilio on a thread of its own, with an account that is known.
class RunningSimulator
{
public:
    static constexpr const char* account_sid = "AC0123456789abcdef0123456789abcdef";
    static constexpr const char* auth_token = "00112233445566778899aabbccddeeff";
    static constexpr const char* phone_number = "+15005550006"; // which Twilio's test credentials accept

    explicit RunningSimulator(simulator::SimulatorOptions options = {}); // the account is put in
    ~RunningSimulator();

    config::TwilioSettings account() const; // the way to it
    const std::string& origin() const { return origin_; }

    simulator::Simulator::Counters counters();
    void wait_until_quiet(); // every message that it has accepted has lived and was reported to the end

    // A person writes to one of our numbers: what Waybill's webhook answered, {sid, webhook_status, webhook_body}.
    boost::json::object write_in(const std::string& from, const std::string& body,
                                 const std::string& to = phone_number);

    // What it has accepted, in order: sid, to, from, body_length, status_callback, status, error_code.
    std::vector<boost::json::object> ledger();

private:
    std::string ask(const std::string& request) const; // the body of the reply

    LoopThread loop_;
    std::optional<simulator::Simulator> simulator_;
    std::string origin_;
};

} // namespace waybill::test
