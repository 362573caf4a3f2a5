#pragma once

#include "db/postgres/database.hpp"
#include "db/requests/audit.hpp"
#include "db/types/types.hpp"

#include <boost/asio/awaitable.hpp>

#include <chrono>
#include <optional>
#include <string>
#include <vector>

namespace waybill::db
{

inline constexpr const char* whole_account = "*"; // in the place of a sender

// Why a sender, or the whole account, sends no more.
struct SenderFault
{
    std::string sender;
    std::optional<int> code; // Twilio's
    std::string reason;      // for people
    bool from_probe = false; // it comes from a probe: the fault is not fixed yet
};

struct SenderState
{
    std::string sender; // empty: the Messaging Service; "*": the whole account
    std::optional<Time> paused_at;
    std::optional<int> pause_code;
    std::string pause_reason;
    std::optional<Time> probe_at; // then one message is sent to find out whether the fault is fixed
};

// Pauses of senders and of the account, for all processes.
class Senders
{
public:
    explicit Senders(Database& database) : database_(database) {}

    // Until the first of `delays` has passed, and after each failed probe until the next one has; the last one repeats.
    // Returns the time of the next probe; empty when it was paused already and the fault does not come from a probe.
    asio::awaitable<std::optional<Time>> pause(SenderFault fault, std::vector<std::chrono::milliseconds> delays);

    // False when it was not paused.
    asio::awaitable<bool> resume(std::string sender); // because a probe arrived
    asio::awaitable<bool> resume(std::string sender, Actor by);

    // Lets everything that is paused be probed immediately: the faults may have been fixed while no process was
    // running.
    asio::awaitable<void> probe_now();

    asio::awaitable<std::vector<SenderState>> list();

private:
    Database& database_;
};

} // namespace waybill::db
