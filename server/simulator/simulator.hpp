#pragma once

#include "webhooks/form.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>

namespace waybill::simulator
{

namespace asio = boost::asio;

// How the simulated Twilio behaves. Shares are 0 to 1 and drawn from `seed`, message by message, so that a run can be
// repeated. The SIDs come from the seed too: a caller that stores them beyond the simulator's life gives a fresh seed.
struct SimulatorOptions
{
    std::string address = "127.0.0.1";
    std::uint16_t port = 0;           // 0: any free one
    std::string tls_certificate_file; // PEM, of the API; empty: plain HTTP
    std::string tls_key_file;
    std::string account_sid;
    std::string auth_token;  // checks Basic auth and signs the callbacks
    std::string api_key_sid; // accepted by Basic auth as well, when given
    std::string api_key_secret;
    std::uint64_t seed = 1;

    std::chrono::milliseconds api_latency{0};        // before a create is answered
    std::chrono::milliseconds callback_latency{100}; // mean time between two statuses of a message
    double undelivered_share =
        0;                      // with 30003, 30005, 30006 or 30007; a number that ends in one of these always gets it
    double failed_share = 0;    // accepted, then failed with 30008
    double duplicate_share = 0; // a callback is posted twice
    double reorder_share = 0;   // `sent` is posted after the final status
    double loss_share = 0;      // a callback is never posted
    double early_share = 0;     // the first callback is posted before the create is answered
    double throttle_share = 0;  // creates answered 429 / 20429
    double error_before_share = 0;              // creates answered 500 / 20500, nothing accepted
    double error_after_share = 0;               // accepted, yet answered 503
    double cut_before_share = 0;                // connection closed without a reply, nothing accepted
    double cut_after_share = 0;                 // accepted, connection closed without a reply
    bool use_messaging_service_statuses = true; // `accepted` -> `queued` -> … when MessagingServiceSid is given
    bool advanced_opt_out = false; // with a service, a stopped number fails later with 21610 instead of immediately
    bool keep_alive = false;       // Twilio closes the connection after each callback
    std::int64_t price_per_segment_micros = 7'500;
    std::string inbound_url; // where /simulator/inbound posts to; empty: it only keeps the opt-outs
    std::size_t max_callback_connections = 50;
    std::size_t max_messages = 1'000'000; // then the oldest is forgotten; 429 while its life is not over

    std::function<int(std::string_view)> count_segments; // of a body; not set: always 1
};

// A Twilio on loopback: create, fetch, list, cancel, account; the error bodies and magic numbers of the test
// credentials; 21610 for numbers that sent STOP; then a life for each message, reported by signed callbacks over
// real HTTP. It posts to loopback only. Beside Twilio's routes: GET /simulator/ledger (a JSON line for each accepted
// create, with the microsecond of its arrival), GET /simulator/counters, POST /simulator/inbound (From, To, Body), POST
// /simulator/settings.
class Simulator
{
public:
    // Binds. Throws when it cannot, and on an inbound URL that is not on loopback.
    Simulator(asio::any_io_executor executor, SimulatorOptions options);
    ~Simulator();

    std::string origin() const; // http://127.0.0.1:PORT: the API base URL
    void start();
    asio::awaitable<void> stop(); // no new callbacks; waits for those under way

    struct Counters
    {
        std::uint64_t accepted = 0, rejected = 0, throttled = 0, broken = 0;
        std::uint64_t callbacks_posted = 0, callbacks_acknowledged = 0, callbacks_failed = 0, callbacks_lost = 0;
        std::uint64_t callbacks_open = 0;                        // messages whose life or callbacks are not over
        std::uint64_t connections = 0, tls_sessions_resumed = 0; // to the API
    };
    Counters counters() const;

private:
    struct State;
    std::shared_ptr<State> state_;
};

// An option that may change while the simulator runs: one name for the command line and for POST /simulator/settings.
struct Setting
{
    using Target =
        std::variant<double SimulatorOptions::*, std::chrono::milliseconds SimulatorOptions::*,
                     bool SimulatorOptions::*, std::int64_t SimulatorOptions::*, std::string SimulatorOptions::*>;

    const char* name;
    const char* description;
    Target target;
};

std::span<const Setting> all_settings();

// Reads the value into the option: a share from 0 to 1, milliseconds, true or false, a whole number, a text. Empty when
// that succeeded, else one sentence.
std::optional<std::string> assign(SimulatorOptions& options, std::string_view name, const std::string& value);

// Every parameter of the form, all or nothing.
std::variant<SimulatorOptions, std::string> with_settings(SimulatorOptions options, const webhooks::Form& form);

} // namespace waybill::simulator
