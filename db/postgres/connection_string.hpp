#pragma once

#include <chrono>
#include <optional>
#include <string>

namespace waybill::db
{

// What stands between Waybill and PostgreSQL.
enum class Pooler
{
    none,
    transaction // hands each transaction to any session: what a session is to know goes with each transaction
};

struct SessionOptions
{
    std::chrono::milliseconds statement_timeout;
    bool by_key = false; // as in DatabaseOptions
    Pooler pooler = Pooler::none;
    bool read_only = false; // as in DatabaseOptions
};

// The user's libpq URL or key=value string with Waybill's session settings added. They travel in the connection string
// because libpqxx may reconnect silently, and a SET would be lost then. Unless the user says otherwise, a host that
// does not answer costs two seconds, a peer that vanished is noticed within ten, and only a session that may write
// will do. Throws std::invalid_argument with libpq's own words when it does not parse. With a pooler they are left out.
std::string connection_string(const std::string& url, const SessionOptions& options);
std::string connection_string(const std::string& url, std::chrono::milliseconds statement_timeout, bool by_key = false);

// With a pooler: the session settings, in one batch, until the end of the transaction; otherwise empty.
std::string settings_of_transaction(const SessionOptions& options);

// Why the URL does not keep what is sent from others: the hosts on other machines that it may reach without TLS.
// Nothing when every host is this machine, or TLS is required of all, which is the default for a URL with a host on
// another machine. Throws as above.
std::optional<std::string> clear_text_fault(const std::string& url);

// For people and logs: hosts, port and database; never a password.
std::string describe_connection(const std::string& url);

} // namespace waybill::db
