#include "server/access/gate.hpp"

#include "server/access/refusals.hpp"
#include "server/access/socket_owner.hpp"
#include "server/access/token.hpp"
#include "server/http/message.hpp"

#include <boost/asio/ip/address.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <utility>

namespace waybill::access
{

namespace
{

constexpr std::chrono::milliseconds poll_interval{500};
constexpr std::chrono::minutes local_patience{15}; // without PostgreSQL
constexpr std::chrono::seconds freshness{5};       // without an answer for this long, PostgreSQL is away

bool is_loopback(const std::string& address)
{
    boost::system::error_code error;
    const auto parsed = asio::ip::make_address(address, error);
    return !error && parsed.is_loopback();
}

Principal principal_of_key(const db::ApiKey& key, const TokenHash& hash)
{
    const auto role = parse_role(key.role);
    return {"key:" + key.name, role ? permissions_of(*role) : permissions_named(key.permissions), std::nullopt, hash,
            key.limits};
}

Principal principal_of_user(const db::User& user, const TokenHash& hash)
{
    const auto role = parse_role(user.role);
    return {"user:" + user.email, role ? permissions_of(*role) : PermissionSet(), user, hash};
}

// The permission by which the principal may do what needs `asked`. Its own campaigns: the handler checks whose they
// are.
std::optional<Permission> granted_to(const Principal& principal, Permission asked)
{
    if (principal.permissions.has(asked)) return asked;
    const bool is_own =
        asked == Permission::campaigns_control && principal.permissions.has(Permission::campaigns_control_own);
    return is_own ? std::optional(Permission::campaigns_control_own) : std::nullopt;
}

http::Caller caller_of(const Principal& principal, bool only_own_campaigns, const std::string& time_zone)
{
    http::Caller caller;
    caller.name = principal.name;
    caller.sees_people = principal.permissions.has(Permission::people_read);
    caller.only_own_campaigns = only_own_campaigns;
    caller.senders = principal.limits.senders;
    caller.daily_budget = principal.limits.daily_budget;
    if (caller.daily_budget) caller.time_zone = time_zone;
    return caller;
}

} // namespace

struct Gate::Identity
{
    Identity(std::shared_ptr<const Principal> who) : principal(std::move(who)) {}
    Identity(http::Response reply) : refusal(std::move(reply)) {}

    std::shared_ptr<const Principal> principal;
    std::optional<http::Response> refusal;
};

std::optional<std::string> token_of(const http::Request& request, bool https)
{
    if (const auto authorization = request.headers.find("Authorization")) {
        const bool is_bearer = authorization->size() > 7 &&
                               (authorization->starts_with("Bearer ") || authorization->starts_with("bearer "));
        return is_bearer ? std::string(authorization->substr(7)) : std::string();
    }
    return cookie_in(request.headers.value_or_empty("Cookie"), name_of(Cookie::session, https));
}

Gate::Gate(asio::any_io_executor executor, db::Database& database, const db::DatabaseWatch& watch, GateOptions options)
    : database_(database),
      watch_(watch),
      options_(std::move(options)),
      keys_(database),
      sessions_(database),
      local_(std::make_shared<Principal>(local_principal())),
      timer_(executor)
{
}

asio::awaitable<void> Gate::run()
{
    while (!stopping_) {
        try {
            co_await look();
        }
        catch (const db::Unavailable&) {
            // The watch has logged that PostgreSQL is away, and knows_the_present() counts the time.
        }
        if (stopping_) break;
        timer_.expires_after(poll_interval);
        boost::system::error_code cancelled;
        co_await timer_.async_wait(asio::redirect_error(asio::use_awaitable, cancelled));
    }
}

void Gate::stop()
{
    stopping_ = true;
    timer_.cancel();
}

asio::awaitable<void> Gate::look()
{
    const auto asked_at = Clock::now();
    const db::AccessState state = co_await db::read_access_state(database_);
    if (state_ && state.version < state_->version) co_return; // an answer that was overtaken
    state_ = state;
    looked_at_ = asked_at;
}

bool Gate::knows_the_present() const
{
    return state_ && Clock::now() - looked_at_ < freshness;
}

std::string Gate::seal(std::string_view text) const
{
    return access::seal(text, state_->secret);
}

std::optional<std::string> Gate::unseal(const std::string& sealed) const
{
    return access::unseal(sealed, state_->secret);
}

bool Gate::is_https(const http::Request& request) const
{
    return http::browser_request_of(options_.browser_rules, request).https;
}

// The owner of the peer's socket is looked up once for each connection, before its first reply lets it be closed.
bool Gate::is_local(http::Request& request) const
{
    if (!options_.settings_allow_local || state_->has_principals || request.connection == nullptr) return false;
    http::ConnectionFacts& connection = *request.connection;
    LocalFacts facts{true,
                     false,
                     is_loopback(connection.peer_address),
                     std::nullopt,
                     request.http_1_1,
                     was_forwarded(request.headers)};
    if (!facts.is_loopback_peer) return false;
    if (!connection.peer_owner)
        connection.peer_owner = owner_of_socket(
            {connection.peer_address, connection.local_address, connection.peer_port, connection.local_port});
    facts.owner = *connection.peer_owner;
    return is_truly_local(facts, options_.users, options_.browser_rules,
                          http::browser_request_of(options_.browser_rules, request));
}

asio::awaitable<std::optional<http::Response>> Gate::admit(Demand demand, http::Request& request)
{
    const Identity identity = co_await identify_unless_away(demand, request);
    if (identity.refusal) co_return identity.refusal;
    const Principal& principal = *identity.principal;
    const std::optional<Permission> granted = granted_to(principal, demand.permission);
    request.caller = caller_of(principal, granted != demand.permission, options_.time_zone);
    const std::string_view id = request.headers.value_or_empty("X-Request-Id");
    if (http::is_usable_request_id(id)) request.caller.request_id = id;
    if (!granted) co_return not_permitted(demand.permission);
    if (const auto wait = rates_.wait_of(principal, Clock::now())) co_return too_many_requests(*wait);
    const std::string peer = request.connection != nullptr ? request.connection->peer_address : std::string();
    request.caller.still_allowed = [this, who = identity.principal, permission = *granted, peer] {
        return still_allowed(who, permission, peer);
    };
    co_return std::nullopt;
}

asio::awaitable<std::shared_ptr<const Principal>> Gate::principal_of(http::Request& request)
{
    Demand demand;
    demand.needs_database = false;
    const Identity identity = co_await identify(demand, request);
    if (identity.refusal && identity.refusal->status == 503) throw db::Unavailable("permissions cannot be checked");
    co_return identity.principal;
}

asio::awaitable<Gate::Identity> Gate::identify_unless_away(Demand demand, http::Request& request)
{
    try {
        Identity identity = co_await identify(demand, request);
        co_return identity;
    }
    catch (const db::Unavailable&) {
        // PostgreSQL is gone since the last poll: the answer is the one that later requests get.
    }
    co_return not_now();
}

asio::awaitable<Gate::Identity> Gate::identify(Demand demand, http::Request& request)
{
    if (!watch_.ready()) co_return not_now();
    if (!state_) co_await look();
    if (demand.needs_database && !knows_the_present()) co_return not_now();
    std::optional<std::string> token = token_of(request, is_https(request));
    if (token) {
        std::string peer = request.connection != nullptr ? request.connection->peer_address : std::string();
        Identity identity = co_await identify_token(demand, std::move(*token), std::move(peer));
        co_return identity;
    }
    if (is_local(request)) {
        const bool holds = knows_the_present() || demand.for_operators || Clock::now() - looked_at_ < local_patience;
        if (!holds) co_return not_now();
        co_return local_;
    }
    co_return not_authenticated();
}

Gate::Identity Gate::known_while_away(const TokenHash& hash, const Demand& demand) const
{
    const Verified* known = cache_.find(hash);
    if (known == nullptr || !holds_without_database(*known, Clock::now(), demand.for_operators)) return not_now();
    return known->principal;
}

asio::awaitable<Gate::Identity> Gate::identify_token(Demand demand, std::string token, std::string peer)
{
    const auto kind = kind_of(token);
    if (!kind) co_return not_valid();
    const TokenHash hash = hash_of(token);
    const Verified* known = cache_.find(hash);
    if (known == nullptr || !is_fresh(*known, state_->version, Clock::now())) {
        if (!knows_the_present()) co_return known_while_away(hash, demand);
        bool is_away = false; // since the last poll
        std::shared_ptr<const Principal> verified;
        try {
            verified = co_await verify(hash, *kind, std::move(peer));
        }
        catch (const db::Unavailable&) {
            is_away = true;
        }
        if (is_away) co_return known_while_away(hash, demand);
        if (!verified) co_return not_valid();
        co_return verified;
    }
    if (!known->principal) co_return not_valid();
    co_return known->principal;
}

asio::awaitable<std::shared_ptr<const Principal>> Gate::verify(TokenHash hash, TokenKind kind, std::string peer)
{
    Verified verified;
    verified.version = state_->version; // read before: what is revoked meanwhile is verified again
    verified.at = Clock::now();
    if (kind == TokenKind::key) {
        const std::optional<db::ApiKey> key = co_await keys_.use(hex_of(hash), std::move(peer));
        if (key) verified.principal = std::make_shared<Principal>(principal_of_key(*key, hash));
        if (key && key->expires_at)
            verified.ends_at = verified.at + std::chrono::duration_cast<Clock::duration>(
                                                 *key->expires_at - std::chrono::system_clock::now());
    }
    else {
        const std::optional<db::Sessions::Use> use = co_await sessions_.use(hex_of(hash), std::move(peer));
        if (use) verified.principal = std::make_shared<Principal>(principal_of_user(use->user, hash));
        if (use) verified.ends_at = verified.at + use->left;
    }
    cache_.store(hash, verified);
    co_return verified.principal;
}

asio::awaitable<bool> Gate::still_allowed(std::shared_ptr<const Principal> principal, Permission permission,
                                          std::string peer)
{
    if (!principal->token) co_return !state_->has_principals;
    const TokenHash hash = *principal->token;
    const Verified* known = cache_.find(hash);
    const bool must_ask = known == nullptr || !is_fresh(*known, state_->version, Clock::now());
    std::shared_ptr<const Principal> present = known != nullptr ? known->principal : nullptr;
    if (must_ask && knows_the_present()) {
        try {
            const TokenKind kind = principal->user ? TokenKind::session : TokenKind::key;
            present = co_await verify(hash, kind, std::move(peer));
        }
        catch (const db::Unavailable&) {
            present = nullptr;
        }
    }
    // A stream stays masked, or unmasked, as it began: after a change of permissions it has to begin anew.
    co_return present && present->permissions == principal->permissions && present->permissions.has(permission);
}

} // namespace waybill::access
