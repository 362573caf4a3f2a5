#include "server/access/sign_in.hpp"

#include "server/access/token.hpp"

#include <boost/asio/ip/address.hpp>

#include <algorithm>
#include <utility>

namespace waybill::access
{

namespace
{

struct Rule
{
    int free_failures; // people mistype
    std::chrono::seconds longest;
};

constexpr Rule rule_of(Counted what)
{
    switch (what) {
    case Counted::account_and_address:
        return {3, std::chrono::minutes(15)};
    case Counted::address:
        return {20, std::chrono::minutes(15)};
    case Counted::account:
        return {10, std::chrono::seconds(30)}; // longer would let strangers lock people out
    }
    return {0, std::chrono::seconds(0)};
}

// One subscriber has a whole /64.
std::string network_of(std::string_view text)
{
    boost::system::error_code error;
    const auto address = boost::asio::ip::make_address(std::string(text), error);
    if (error || !address.is_v6()) return std::string(text);
    if (address.to_v6().is_v4_mapped())
        return boost::asio::ip::make_address_v4(boost::asio::ip::v4_mapped, address.to_v6()).to_string();
    auto bytes = address.to_v6().to_bytes();
    std::fill(bytes.begin() + 8, bytes.end(), 0);
    return boost::asio::ip::address_v6(bytes).to_string() + "/64";
}

} // namespace

std::vector<FailureCount> counts_of(std::string_view email, std::string_view address, bool is_known_browser)
{
    const std::string account(email);
    const std::string network = network_of(address);
    std::vector<FailureCount> counts = {{Counted::account_and_address, "both " + account + " " + network},
                                        {Counted::address, "address " + network}};
    if (!is_known_browser) counts.push_back({Counted::account, "account " + account});
    return counts;
}

std::chrono::seconds delay_after(Counted what, int failures)
{
    const Rule rule = rule_of(what);
    if (failures < rule.free_failures) return std::chrono::seconds(0);
    const int doublings = std::min(failures - rule.free_failures, 20);
    return std::min(std::chrono::seconds(1LL << doublings), rule.longest);
}

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
