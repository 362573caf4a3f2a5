#pragma once

#include "db/postgres/watch.hpp"
#include "db/requests/api_keys.hpp"
#include "db/requests/sessions.hpp"
#include "server/access/limits.hpp"
#include "server/access/local_access.hpp"
#include "server/access/principal.hpp"
#include "server/http/message.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/steady_timer.hpp>

#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace waybill::access
{

namespace asio = boost::asio;

struct GateOptions
{
    bool settings_allow_local = false;
    std::vector<UserNumber> users; // of this machine, who may use local access
    http::BrowserRules browser_rules;
    std::string time_zone = "UTC"; // of the days of keys' budgets
};

// What a route asks of its callers.
struct Demand
{
    Permission permission = Permission::none;
    bool needs_database = true;
    bool for_operators = false; // the state of the system: readable for as long as PostgreSQL is away
};

// The one place that decides who a request comes from and whether it may do what it asks for.
class Gate
{
public:
    Gate(asio::any_io_executor executor, db::Database& database, const db::DatabaseWatch& watch, GateOptions options);

    asio::awaitable<void> run(); // polls what has changed, until stop()
    void stop();

    // A refusal, or nothing; then the request's caller is filled in. The request outlives the call.
    asio::awaitable<std::optional<http::Response>> admit(Demand demand, http::Request& request);

    // Who the request comes from; null: it is not authenticated. Throws db::Unavailable while that cannot be known.
    asio::awaitable<std::shared_ptr<const Principal>> principal_of(http::Request& request);

    // Reads now what run() would read within half a second. Throws db::Unavailable.
    asio::awaitable<void> look();

    const std::optional<db::AccessState>& state() const { return state_; } // nothing: PostgreSQL was never reached
    bool is_https(const http::Request& request) const;
    std::string seal(std::string_view text) const;                      // for clients that only pass it back
    std::optional<std::string> unseal(const std::string& sealed) const; // nothing: it is not one of ours

private:
    struct Identity; // a principal or a refusal

    asio::awaitable<Identity> identify(Demand demand, http::Request& request);
    Identity known_while_away(const TokenHash& hash, const Demand& demand) const;
    asio::awaitable<Identity> identify_token(Demand demand, std::string token, std::string peer);
    asio::awaitable<std::shared_ptr<const Principal>> verify(TokenHash hash, TokenKind kind, std::string peer);
    asio::awaitable<Identity> identify_unless_away(Demand demand, http::Request& request);
    asio::awaitable<bool> still_allowed(std::shared_ptr<const Principal> principal, Permission permission,
                                        std::string peer);
    bool is_local(http::Request& request) const;
    bool knows_the_present() const;

    db::Database& database_;
    const db::DatabaseWatch& watch_;
    GateOptions options_;
    db::ApiKeys keys_;
    db::Sessions sessions_;
    CredentialCache cache_;
    RequestRates rates_;
    std::optional<db::AccessState> state_;
    Clock::time_point looked_at_{};
    std::shared_ptr<const Principal> local_;
    asio::steady_timer timer_;
    bool stopping_ = false;
};

// The credential that a request carries: a bearer token, or the session's cookie of its transport. Nothing: none.
// A text that cannot be a token is returned as it is, to be refused.
std::optional<std::string> token_of(const http::Request& request, bool https);

} // namespace waybill::access
