#include "config/setting.hpp"

#include <algorithm>

// Every setting: name, default, check, help. After a change: build/waybill settings > config/example.env

namespace waybill::config
{

namespace
{

using std::chrono::milliseconds, std::chrono::seconds;

// These depend on each other: twilio_settings.cpp and settings.cpp read and check them together.
const SettingCheck together;

const SettingsSection twilio = {
    "Twilio: with none of these, the built-in simulator stands in and no text leaves this machine",
    {
        {"TWILIO_ACCOUNT_SID", "", together,
         "The account's SID from the Twilio Console: AC and 32 hexadecimal digits."},
        {"TWILIO_AUTH_TOKEN", "", together,
         "The account's Auth Token; while it is being rotated, the new one and the old one, separated by a "
         "comma."},
        {"TWILIO_PHONE_NUMBER", "", together,
         "The number or short code that texts come from, such as +15551234567 or 72345."},
        {"TWILIO_MESSAGING_SERVICE_SID", "", together,
         "A Messaging Service (MG...) that texts come from, instead of a number or beside it."},
        {"TWILIO_API_KEY_SID", "", together,
         "An API key (SK...) that signs in to Twilio instead of the Auth Token, which still verifies the "
         "receipts."},
        {"TWILIO_API_KEY_SECRET", "", together, "The secret of that API key."},
        {"TWILIO_API_BASE_URL", default_api_base_url, together,
         "Where Twilio's API is: another region, or a stand-in on this machine (http://127.0.0.1:PORT)."},
        {"PUBLIC_BASE_URL", "", together,
         "The URL at which Twilio reaches this server, such as https://texts.example.com; empty: "
         "http://LISTEN_ADDRESS:PORT."},
    }};

// PostgreSQL reserves names that begin with pg_.
bool is_schema_name(const std::string& text)
{
    constexpr std::size_t max_size = 63;
    const auto is_letter = [](char c) { return c >= 'a' && c <= 'z'; };
    const auto may_follow = [&](char c) { return is_letter(c) || c == '_' || (c >= '0' && c <= '9'); };
    return !text.empty() && text.size() <= max_size && is_letter(text.front()) &&
           std::ranges::all_of(text, may_follow) && !text.starts_with("pg_") && text != "public" &&
           text != "information_schema";
}

const SettingsSection database = {
    "The database",
    {
        {"DATABASE_URL", "postgresql:///waybill",
         text(&Settings::database_url,
              "a PostgreSQL URL (postgresql://user:password@host:port/name) or libpq's key=value form",
              is_database_url),
         "The PostgreSQL database; server/run starts a private one when this is not set. Without an sslmode, one on "
         "another machine is reached with sslmode=require."},
        {"MIGRATE_DATABASE_URL", "",
         text(&Settings::migrate_database_url,
              "a PostgreSQL URL (postgresql://user:password@host:port/name) or libpq's key=value form",
              is_database_url),
         "The same database as the role that owns its tables: that role migrates and removes what is old, and the role "
         "of DATABASE_URL, which is granted what it needs, can only add to the audit log. Empty: one role does all."},
        {"READ_DATABASE_URL", "",
         text(&Settings::read_database_url,
              "a PostgreSQL URL (postgresql://user:password@host:port/name) or libpq's key=value form",
              is_database_url),
         "A streaming standby of the same database, reached without a pooler: reports and exports are read there while "
         "it "
         "answers and is at most a second behind, otherwise from DATABASE_URL. Empty: always from there."},
        {"REPORT_SCHEMA", "report",
         text(&Settings::report_schema,
              "a lower-case name of letters, digits and underscores that begins with a letter", is_schema_name),
         "The schema that holds the views for reports, the same for all servers of a database; the next start renames "
         "it."},
        {"DATABASE_POOLER", "none", custom("transaction or none", take_pooler),
         "transaction, when DATABASE_URL leads to a PgBouncer (1.21 or later) with pool_mode=transaction; "
         "MIGRATE_DATABASE_URL, if set, leads to PostgreSQL itself."},
        {"ALLOW_CLEAR_TEXT", "no", yes_or_no(&Settings::allow_clear_text),
         "Whether Twilio's API or PostgreSQL on another machine may be reached without TLS: yes or no."},
        {"DB_THREADS", "4", whole_number(&Settings::db_threads, 1, 64), "Threads, and so connections, to PostgreSQL."},
    }};

const SettingsSection this_server = {
    "This server",
    {
        {"LISTEN_ADDRESS", "127.0.0.1",
         text(&Settings::listen_address,
              "an IP address, such as 127.0.0.1 (this machine alone) or 0.0.0.0 (all addresses)", is_ip_address),
         "The address to listen on; 0.0.0.0 is every address of this machine."},
        {"PORT", "8000", whole_number(&Settings::port, 0, 65'535), "The port to listen on; 0 is any free one."},
        {"WEBHOOK_PORT", "", whole_number(&Settings::webhook_port, 1, 65'535),
         "A port for Twilio's webhooks alone: then only this port serves /webhooks/, and it serves nothing else. "
         "Publish it, and keep PORT private. Empty: the webhooks are on PORT."},
        {"TRUSTED_PROXIES", "",
         custom("addresses or networks, separated by commas, such as 127.0.0.1 or 10.0.0.0/8", take_trusted_proxies),
         "Addresses or networks of the proxies in front, separated by commas: their X-Forwarded-For says where a "
         "request comes from. Empty: requests come from where their connection does."},
        {"PROXY_PROTOCOL", "no", yes_or_no(&Settings::proxy_protocol),
         "Whether TRUSTED_PROXIES send the PROXY protocol, which then says where a connection comes from: yes or no."},
        {"DRAIN_SECONDS", "0", whole<seconds>(&Settings::drain, 0, 300),
         "How long everything is still served after SIGTERM while /readyz answers 503, so that a load balancer finds "
         "out; behind one: twice the interval of its checks."},
        {"MAX_UPLOAD_BYTES", "268435456", whole_number(&Settings::max_upload_bytes, 1, std::int64_t{1} << 40),
         "The size of the largest upload that is accepted."},
        {"MAX_UPLOADS_BYTES", "1073741824", whole_number(&Settings::max_uploads_bytes, 1, std::int64_t{1} << 42),
         "How many bytes all uploads that are under way may hold together; beyond it they are refused with 503."},
        {"CREATE_WAIT_SECONDS", "10", whole<seconds>(&Settings::create_wait, 0, 300),
         "The reply to a new campaign waits this long for every message to be accepted or refused."},
        {"PRIVACY_KEY", ".waybill/privacy-key",
         text(&Settings::privacy_key_file, "a file", [](const std::string&) { return true; }),
         "A file of at least 32 random characters with which the opt-outs of erased people stay in force; the same "
         "for all servers of a database. Without it no person can be erased. server/run creates it."},
        {"CORS_ALLOW_ORIGIN", "",
         custom("* or origins without a path, separated by commas, such as https://app.example.com", take_cors_origins),
         "Which web pages of other origins may call the API: origins such as https://app.example.com, separated "
         "by commas; empty: none. * stands for every origin, for requests with a bearer token only."},
        {"ALLOWED_HOSTS", "", custom("host names without a port, separated by commas", take_allowed_hosts),
         "Names at which browsers reach this server besides localhost and that of PUBLIC_BASE_URL, separated by "
         "commas; a request that names another host is refused."},
    }};

const SettingsSection the_log = {
    "Log",
    {
        {"LOG_LEVEL", "info", custom("debug, info, warning or error", take_log_level),
         "How much is logged: debug, info, warning or error."},
        {"LOG_FORMAT", "text", custom("text or json", take_log_format),
         "How each line of the log is written: text, or a JSON object."},
        {"LOG_REQUESTS", "no", yes_or_no(&Settings::log_requests),
         "Whether each request is logged: the client's address, method, route, status and time; never the path or "
         "query, which hold phone numbers: yes or no."},
    }};

const SettingsSection receipts = {
    "Receipts",
    {
        {"JOURNAL_DIR", ".waybill/journal",
         text(&Settings::journal_dir, "a directory that this server may write to",
              [](const std::string&) { return true; }),
         "Where receipts wait on disk while PostgreSQL is away; use a disk that outlives the machine."},
        {"JOURNAL_MAX_BYTES", "1073741824", whole_number(&Settings::journal_max_bytes, 1 << 16, std::int64_t{1} << 40),
         "How much may wait there; beyond it receipts are refused with 503."},
        {"JOURNAL_KEEP_MINUTES", "0", whole<std::chrono::minutes>(&Settings::journal_keep, 0, 10'080),
         "How long JOURNAL_DIR keeps receipts and claims after PostgreSQL has committed them. A database that loses "
         "recent "
         "history, such as an asynchronous standby that is promoted, gets them again. 0: it keeps none."},
        {"RECEIPT_DEADLINE_MS", "2000", whole<milliseconds>(&Settings::receipt_deadline, 50, 10'000),
         "A commit that takes longer than this many milliseconds sends its receipts to the journal."},
        {"STATUS_CALLBACK_OVERRIDES",
         "rc=5&rp=5xx,ct,rt",
         {"off, or connection overrides such as rc=5&rp=5xx,ct,rt", take_overrides},
         "How Twilio retries a receipt that it could not deliver, in the words that it reads behind the # of "
         "the callback URL; off: its defaults."},
        {"RECEIPT_ALARM_SECONDS", "600", whole<seconds>(&Settings::receipt_alarm, 0, 86'400),
         "The log warns when messages are being sent and no receipt has come for this long; 0: never."},
        {"RECONCILE_AFTER_SECONDS", "43200", whole<seconds>(&Settings::reconcile_after, 1, 30 * 86'400),
         "A message without a final receipt for this long is looked up at Twilio."},
        {"RECONCILE_PER_SECOND", "1", rate(&Settings::reconcile_per_second), "Look-ups a second, at most."},
        {"RETENTION_DAYS", "0", whole_number(&Settings::retention_days, 0, 36'500),
         "Receipts of messages older than this many days are deleted; 0: never."},
        {"PEOPLE_RETENTION_DAYS", "0", whole_number(&Settings::people_retention_days, 0, 36'500),
         "People who were sent nothing, and who sent nothing, for this many days are erased, as with waybill erase; "
         "0: never. Needs PRIVACY_KEY."},
        {"MESSAGE_RETENTION_MONTHS", "0", whole_number(&Settings::message_retention_months, 0, 1'200),
         "Messages that ended more than this many months ago are deleted with their history; campaigns and figures "
         "stay; "
         "0: never."},
        {"AUDIT_RETENTION_MONTHS", "0", whole_number(&Settings::audit_retention_months, 0, 1'200),
         "Rows of the audit log older than this many months are removed, which is itself recorded; 0: never."},
    }};

const SettingsSection sending = {
    "Sending",
    {
        {"DEFAULT_COUNTRY_CODE", "1", custom("one to three digits, such as 1 or 44", take_country_code),
         "The country in which numbers without + are dialed."},
        {"ALLOWED_COUNTRY_CODES", "",
         custom("country codes separated by commas, such as 1,44", take_allowed_country_codes),
         "Country codes of the numbers that may be texted, separated by commas, such as 1,44; empty: all."},
        {"ALLOW_PREMIUM", "no", yes_or_no(&Settings::allow_premium),
         "Whether premium-rate and shared-cost numbers may be texted: yes or no."},
        {"PRICE_PER_SEGMENT", "0.0075",
         custom("an amount in USD below 1000 with at most four decimals, such as 0.0075", take_price),
         "The price of one segment in USD, for estimates and until Twilio reports its own."},
        {"DAILY_BUDGET", "", custom("an amount in USD with at most four decimals, such as 25.00", take_daily_budget),
         "What everything that is sent may cost on a day, in USD, for all servers of a database together: then "
         "campaigns "
         "wait for the next day. Empty: no limit."},
        {"TIME_ZONE", "UTC", custom("a time zone of the IANA database, such as Europe/Rome", take_time_zone),
         "The time zone in which a day of DAILY_BUDGET, and of a key's own budget, begins at midnight."},
        {"MESSAGES_PER_SECOND", "", rate(&Settings::messages_per_second),
         "Segments a second that each sender may send; empty: 1 for a US or Canadian number, 3 if it is "
         "toll-free, 100 for a short code, 10 for any other sender and for the simulator."},
        {"MAX_IN_FLIGHT", "50", whole_number(&Settings::max_in_flight, 1, 10'000),
         "How many requests to Twilio may be under way at the same time."},
        {"LEASE_SECONDS", "120", whole<seconds>(&Settings::lease, 1, 3'600),
         "A claimed message without an outcome for this long becomes unknown, because the process that "
         "claimed it has died. Must be longer than an exchange with Twilio takes."},
        {"PAUSE_FILTERED_PERCENT", "3", whole_number(&Settings::pause_filtered_percent, 0, 100),
         "A campaign pauses itself when carriers filter more than this share of its messages as spam (error "
         "30007), in percent; 0: never."},
        {"PAUSE_FAILED_PERCENT", "30", whole_number(&Settings::pause_failed_percent, 0, 100),
         "It also pauses itself when more than this share fails for reasons other than the recipients' "
         "numbers, in percent; 0: never."},
        {"PROBE_AFTER_SECONDS", "60", whole<seconds>(&Settings::probe_after, 1, 3'600),
         "A sender or account that Twilio refused is tried again with one message after this many seconds, "
         "then after 2, 5 and 10 times as many."},
    }};

const SettingsSection outgoing_events = {
    "Outgoing events",
    {
        {"ALLOW_PRIVATE_ENDPOINTS", "no", yes_or_no(&Settings::allow_private_endpoints),
         "Whether events may go to addresses of this machine and of private networks, and to http:// URLs: yes or no."},
        {"EVENT_RETRY_SECONDS", "5,300,1800,7200,18000,36000,36000",
         custom("seconds separated by commas, such as 5,300,1800", take_event_retries),
         "How long after each failed attempt an event is delivered again, in seconds; when the last attempt has "
         "failed, "
         "the endpoint is disabled."},
        {"EVENT_DEADLINE_MS", "15000", whole<milliseconds>(&Settings::event_deadline, 100, 60'000),
         "An endpoint that has not answered after this many milliseconds has failed."},
        {"EVENT_LEASE_MS", "10000", whole<milliseconds>(&Settings::event_lease, 500, 300'000),
         "When a process was killed, another one takes over its endpoints after this many milliseconds."},
        {"EVENT_RETENTION_DAYS", "30", whole_number(&Settings::event_retention_days, 1, 36'500),
         "How many days events and their deliveries are kept, to be read and replayed."},
    }};

bool anything(const std::string&)
{
    return true;
}

const SettingsSection notifications = {
    "Notifications by e-mail; addresses are on the dashboard's system page",
    {
        {"SMTP_URL", "", text(&Settings::smtp_url, "an SMTP server", anything),
         "The mail server: smtp://mail.example.com:587 (with STARTTLS) or smtps://mail.example.com. Empty: no e-mail. "
         "A "
         "server that cannot be used is reported by waybill check and on the system page; texts are sent all the "
         "same."},
        {"SMTP_USER", "", text(&Settings::smtp_user, "a name", anything),
         "The name that signs in there; empty: no sign-in."},
        {"SMTP_PASSWORD", "", text(&Settings::smtp_password, "a password", anything), "Its password."},
        {"SMTP_FROM", "", text(&Settings::smtp_from, "an e-mail address", anything),
         "The address that e-mail comes from, such as waybill@example.com."},
    }};

} // namespace

const std::vector<SettingsSection>& settings_table()
{
    static const std::vector<SettingsSection> sections = {twilio,   database, this_server,     the_log,
                                                          receipts, sending,  outgoing_events, notifications};
    return sections;
}

} // namespace waybill::config
