#pragma once

#include "db/requests/api_keys.hpp"
#include "db/requests/users.hpp"
#include "server/access/permissions.hpp"
#include "server/access/token.hpp"

#include <chrono>
#include <cstring>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>

namespace waybill::access
{

// Who is asking, and what they may do.
struct Principal
{
    std::string name; // local, user:EMAIL or key:NAME
    PermissionSet permissions;
    std::optional<db::User> user;   // of a session
    std::optional<TokenHash> token; // none: local
    db::KeyLimits limits = {};      // of a key
};

inline Principal local_principal()
{
    return {"local", permissions_of(Role::admin), std::nullopt, std::nullopt};
}

using Clock = std::chrono::steady_clock;

// A credential as PostgreSQL knew it.
struct Verified
{
    std::shared_ptr<const Principal> principal; // null: it is not (or no longer) valid
    std::int64_t version = 0;                   // of the access state that it was verified under
    Clock::time_point at;
    Clock::time_point ends_at = Clock::time_point::max();
};

// Whether the database must be asked again: something was revoked since then, a minute has passed, so that its use is
// recorded, or it has ended.
bool is_fresh(const Verified& verified, std::int64_t version, Clock::time_point now);

// Whether it may still be used to read what needs no database, which is away. `for_operators`: the state of the system,
// which they need most at such a time.
bool holds_without_database(const Verified& verified, Clock::time_point now, bool for_operators);

// Hashes and permissions of the credentials that were used lately.
class CredentialCache
{
public:
    static constexpr std::size_t max_size = 10'000;

    const Verified* find(const TokenHash& token) const;
    void store(const TokenHash& token, Verified verified); // a full cache begins anew

private:
    struct Hash
    {
        std::size_t operator()(const TokenHash& token) const
        {
            std::size_t value = 0;
            std::memcpy(&value, token.data(), sizeof value);
            return value;
        }
    };
    struct Equal
    {
        bool operator()(const TokenHash& left, const TokenHash& right) const { return same(left, right); }
    };
    std::unordered_map<TokenHash, Verified, Hash, Equal> entries_;
};

} // namespace waybill::access
