#include "server/access/sign_in.hpp"

#include "server/access/token.hpp"

#include <algorithm>
#include <utility>

namespace waybill::access
{

namespace
{

std::vector<std::string> keys_of(const std::vector<FailureCount>& counts, bool with_address)
{
    std::vector<std::string> keys;
    for (const FailureCount& each : counts)
        if (with_address || each.what != Counted::address) keys.push_back(each.key);
    return keys;
}

} // namespace

asio::awaitable<bool> SignIn::is_known(const SignInAttempt& attempt)
{
    if (attempt.browser.empty()) co_return false;
    const bool known = co_await users_.knows_browser(attempt.email, hex_of(hash_of(attempt.browser)));
    co_return known;
}

asio::awaitable<std::chrono::seconds> SignIn::wait_before(std::vector<FailureCount> counts)
{
    std::vector<std::string> keys = keys_of(counts, true);
    const std::vector<db::SignInFailures::Count> failed = co_await failures_.read(std::move(keys));
    std::chrono::milliseconds wait{0};
    for (const auto& [key, failures, since_last] : failed) {
        const auto count = std::ranges::find(counts, key, &FailureCount::key);
        wait = std::max<std::chrono::milliseconds>(wait, delay_after(count->what, failures) - since_last);
    }
    co_return std::chrono::ceil<std::chrono::seconds>(wait);
}

asio::awaitable<SignInOutcome> SignIn::attempt(SignInAttempt attempt)
{
    if (passwords_.is_full()) co_return TryLater{};
    const bool is_known_browser = co_await is_known(attempt);
    const std::vector<FailureCount> counts = counts_of(attempt.email, attempt.by.peer, is_known_browser);
    const std::chrono::seconds wait = co_await wait_before(counts);
    if (wait.count() > 0) co_return TryLater{wait};
    std::vector<std::string> counted = keys_of(counts, true);
    co_await failures_.add(std::move(counted)); // before the password is looked at, so that parallel attempts count
    const std::optional<db::Account> account = co_await users_.find(attempt.email);
    std::string hash;
    if (account) hash = account->password_hash;
    const std::optional<bool> fits = co_await passwords_.verify(std::move(hash), std::move(attempt.password));
    if (!fits) co_return TryLater{};
    if (!*fits) co_return WrongPassword{};
    std::vector<std::string> forgiven = keys_of(counts, false);
    co_await failures_.forget(std::move(forgiven));
    SignedIn signed_in = co_await begin(account->user, std::move(attempt.by), is_known_browser);
    co_return signed_in;
}

asio::awaitable<SignedIn> SignIn::begin(db::User user, db::Actor by, bool is_known_browser)
{
    SignedIn signed_in{std::move(user), new_token(TokenKind::session), ""};
    co_await sessions_.begin(signed_in.user.id, hex_of(hash_of(signed_in.token)), std::move(by));
    if (!is_known_browser) co_await remember_browser(signed_in);
    co_return signed_in;
}

asio::awaitable<std::optional<SignedIn>> SignIn::set_up(db::NewUser user, std::string link)
{
    std::string token = new_token(TokenKind::session);
    std::string hash = hex_of(hash_of(token));
    std::optional<db::User> added = co_await users_.add_first(std::move(user), std::move(link), std::move(hash));
    if (!added) co_return std::nullopt;
    std::optional<SignedIn> signed_in = SignedIn{std::move(*added), std::move(token), ""};
    co_await remember_browser(*signed_in);
    co_return signed_in;
}

asio::awaitable<void> SignIn::remember_browser(SignedIn& signed_in)
{
    signed_in.browser = random_words(32);
    co_await users_.remember_browser(signed_in.user.id, hex_of(hash_of(signed_in.browser)));
}

} // namespace waybill::access
