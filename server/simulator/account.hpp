#pragma once

#include "server/simulator/messages.hpp"
#include "server/simulator/webhook_client.hpp"

#include <string>
#include <unordered_set>

namespace waybill::simulator
{

// What the simulated account is and holds; shared by all parts of the simulator, on one thread.
struct Account
{
    Account(asio::any_io_executor executor, SimulatorOptions simulator_options);

    SimulatorOptions options;
    Simulator::Counters counters;
    Messages messages;
    std::unordered_set<std::uint64_t> opted_out; // digits of the numbers that sent STOP
    WebhookClient webhooks;

    std::uint64_t creates = 0; // how many of each were seen: the indices of what is drawn next
    std::uint64_t requests = 0;
    std::uint64_t inbound = 0;
    std::uint64_t callbacks = 0;

    std::string uri() const { return "/2010-04-01/Accounts/" + options.account_sid; }
    void change_options(SimulatorOptions changed);
};

} // namespace waybill::simulator
