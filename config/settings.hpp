#pragma once

#include "config/env_file.hpp"

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
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

    bool operator==(const TwilioSettings&) const = default;
};

// A setting is a member here and a row of settings_table.cpp, which has its name, default, check and help.
struct Settings
{
    Settings(); // the defaults of the table

    std::optional<TwilioSettings> twilio; // empty: the built-in simulator stands in
    std::string simulator_reason;         // why the simulator is used, for people; empty otherwise

    std::string database_url;
    std::string migrate_database_url;    // of the role that owns the tables; empty: database_url is
    std::string read_database_url;       // of a standby, for reports; empty: they are read from database_url
    std::string report_schema;           // of the views for reports
    bool has_transaction_pooler = false; // between Waybill and the PostgreSQL of database_url
    bool allow_clear_text = false;       // to Twilio or PostgreSQL on another machine
    std::string public_base_url;         // no trailing slash; empty: http://LISTEN_ADDRESS:PORT
    std::string listen_address;
    std::uint16_t port = 0;
    std::uint16_t webhook_port = 0;           // 0: the webhooks are on `port`, beside everything else
    std::vector<std::string> trusted_proxies; // addresses and networks
    bool proxy_protocol = false;              // they begin each connection with its header
    std::chrono::seconds drain{0};
    int db_threads = 0;
    std::uint64_t max_upload_bytes = 0;
    std::uint64_t max_uploads_bytes = 0; // of all uploads that are under way
    std::chrono::seconds create_wait{};
    std::string default_country_code;
    std::vector<std::string> allowed_country_codes; // empty: all
    bool allow_premium = false;
    std::int64_t price_per_segment = 0;        // in 1/10 000 USD
    std::optional<std::int64_t> daily_budget;  // likewise, for everything that is sent; empty: no limit
    std::string time_zone;                     // in which a day begins at midnight
    std::optional<double> messages_per_second; // segments a second for each sender; empty: by its type
    int max_in_flight = 0;
    std::chrono::milliseconds probe_after{}; // before a fault of a sender or the account is looked at again
    std::chrono::seconds lease{};            // longer than any exchange with Twilio can take
    int pause_filtered_percent = 0;          // 0: never
    int pause_failed_percent = 0;            // 0: never
    std::string status_callback_overrides;   // Twilio's retries of a receipt; empty: its defaults

    std::string privacy_key_file;
    std::vector<std::string> secret_files; // that settings came from
    std::string journal_dir;
    std::uint64_t journal_max_bytes = 0;
    std::chrono::minutes journal_keep{0}; // how long it keeps what is committed, for a database that loses it
    std::chrono::milliseconds receipt_deadline{};
    std::chrono::seconds receipt_alarm{}; // 0: no alarm
    std::chrono::seconds reconcile_after{};
    double reconcile_per_second = 0;
    int retention_days = 0;           // 0: for good
    int people_retention_days = 0;    // 0: for good
    int audit_retention_months = 0;   // 0: for good
    int message_retention_months = 0; // 0: for good

    bool allow_private_endpoints = false; // events may go to private addresses, and by http://
    std::vector<std::chrono::milliseconds> event_retries;
    std::chrono::milliseconds event_deadline{}; // for the answer of an endpoint
    std::chrono::milliseconds event_lease{};    // of an endpoint, by the process that delivers to it
    int event_retention_days = 0;

    // For e-mail to operators. Unchecked here: what cannot work is reported and stops nothing else.
    std::string smtp_url; // empty: no e-mail is sent
    std::string smtp_user, smtp_password, smtp_from;

    std::string log_level;  // debug, info, warning, error
    std::string log_format; // text, json
    bool log_requests = false;
    std::vector<std::string> cors_allow_origins; // of pages that may call the API; * is every one
    std::vector<std::string> allowed_hosts;      // names of this server beside that of PUBLIC_BASE_URL, in lower case

    // True when what we send goes to no real phone: the built-in simulator, or an API base URL on loopback.
    bool simulated() const;

    bool operator==(const Settings&) const = default;
};

struct Fault
{
    std::string name;     // the setting
    std::string sentence; // what is wrong and what to do; never a secret value
};

// Reads and checks every setting and reports all faults together. Unset and empty mean the same.
std::variant<Settings, std::vector<Fault>> read_settings(const Lookup& lookup);

// The text of config/example.env: every setting with its help and its default, commented out.
std::string example_env();

} // namespace waybill::config
