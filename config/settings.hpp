#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace waybill::config
{

// Where Twilio is and who we are there. Tokens are the webhook keys, newest first; the first one also signs in to the
// API.
struct TwilioSettings
{
    std::string account_sid;              // AC…
    std::vector<std::string> auth_tokens; // at least one
    std::string api_key_sid;              // SK… or empty
    std::string api_key_secret;
    std::string phone_number;          // E.164, or empty when a Messaging Service sends
    std::string messaging_service_sid; // MG… or empty
    std::string api_base_url;          // no trailing slash
};

struct Settings
{
    std::optional<TwilioSettings> twilio; // empty: the built-in simulator stands in
    std::string simulator_reason;         // why the simulator is used, for people; empty otherwise

    std::string database_url = "postgresql:///waybill";
    std::string public_base_url; // no trailing slash; empty: http://LISTEN_ADDRESS:PORT
    std::string listen_address = "127.0.0.1";
    std::uint16_t port = 8000;
    int db_threads = 4;
    std::uint64_t max_upload_bytes = 256ULL << 20;
    std::chrono::seconds create_wait{10};
    std::string default_country_code = "1";
    std::int64_t price_per_segment = 75;       // in 1/10 000 USD
    std::optional<double> messages_per_second; // segments a second for each sender; empty: by its type
    int max_in_flight = 50;
    // A fault of a sender or the account is looked at again; then after twice, five and ten times that.
    std::chrono::milliseconds probe_after{60'000};
    std::chrono::seconds lease{120}; // longer than any exchange with Twilio can take
    int pause_filtered_percent = 3;  // a campaign of which more is filtered pauses itself; 0: never
    int pause_failed_percent = 30;   // likewise of what fails; 0: never
    std::string status_callback_overrides = "rc=5&rp=5xx,ct,rt"; // Twilio's retries of a receipt; empty: its defaults

    std::string journal_dir = ".waybill/journal"; // receipts wait here while PostgreSQL is away
    std::uint64_t journal_max_bytes = 1ULL << 30;
    std::chrono::milliseconds receipt_deadline{2'000}; // a slower commit sends the receipt to the journal
    std::chrono::seconds receipt_alarm{600};           // messages are sent and no receipt came for so long; 0: no alarm
    std::chrono::seconds reconcile_after{43'200};      // a message without a final receipt is looked up then
    double reconcile_per_second = 1;                   // look-ups, at most
    int retention_days = 0;                            // receipts are kept so long; 0: for good

    std::string log_level = "info"; // debug, info, warning, error
    std::string cors_allow_origin;  // empty: no CORS headers

    // True when what we send goes to no real phone: the built-in simulator, or an API base URL on loopback.
    bool simulated() const;
};

struct Fault
{
    std::string name;     // the setting
    std::string sentence; // what is wrong and what to do; never a secret value
};

using Lookup = std::function<std::optional<std::string>(std::string_view name)>;

// Reads and checks every setting; all faults are reported at once. Unset and empty mean the same.
std::variant<Settings, std::vector<Fault>> read_settings(const Lookup& lookup);

// defaults < the .env file (when there is one) < the environment.
Lookup environment_over_file(const std::string& path);

} // namespace waybill::config
