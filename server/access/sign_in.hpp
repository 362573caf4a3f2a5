#pragma once

#include "db/requests/sessions.hpp"
#include "db/requests/users.hpp"
#include "server/access/password.hpp"

#include <boost/asio/awaitable.hpp>

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace waybill::access
{

// What failed sign-ins are counted by. Each count is a row in PostgreSQL, so that all processes share it.
enum class Counted
{
    account_and_address,
    address, // of IPv6: its /64
    account
};

struct FailureCount
{
    Counted what;
    std::string key;
};

// The rows of one attempt. A browser that has signed in to the account before is not slowed down by what others do to
// the account.
std::vector<FailureCount> counts_of(std::string_view email, std::string_view address, bool is_known_browser);

// How long after the last of so many failures the next attempt is refused without a look at the password.
std::chrono::seconds delay_after(Counted what, int failures);

struct SignInAttempt
{
    std::string email; // in lower case
    std::string password;
    db::Actor by;        // the user whose account it is, at some address
    std::string browser; // token of the device's cookie; empty: none
};

struct SignedIn
{
    db::User user;
    std::string token;   // of the new session
    std::string browser; // a new token for the device's cookie; empty: it has one
};

struct WrongPassword // or no such account: the answer and its timing are the same
{
};

struct TryLater
{
    std::chrono::seconds wait{1};
};

using SignInOutcome = std::variant<SignedIn, WrongPassword, TryLater>;

// Exchanges passwords for sessions. Each attempt creates a session of its own, so that a token which was
// planted in a browser is worth nothing.
class SignIn
{
public:
    SignIn(db::Database& database, PasswordWorker& passwords)
        : users_(database), sessions_(database), failures_(database), passwords_(passwords)
    {
    }

    asio::awaitable<SignInOutcome> attempt(SignInAttempt attempt);
    // The first account, by a one-time link (its hash), signed in. Nothing: the link is void.
    asio::awaitable<std::optional<SignedIn>> set_up(db::NewUser user, std::string link);

private:
    asio::awaitable<SignedIn> begin(db::User user, db::Actor by, bool is_known_browser);
    asio::awaitable<void> remember_browser(SignedIn& signed_in);
    asio::awaitable<bool> is_known(const SignInAttempt& attempt);
    asio::awaitable<std::chrono::seconds> wait_before(std::vector<FailureCount> counts);

    db::Users users_;
    db::Sessions sessions_;
    db::SignInFailures failures_;
    PasswordWorker& passwords_;
};

} // namespace waybill::access
