#include "server/access/password.hpp"

#include "server/access/token.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <algorithm>
#include <memory>
#include <sodium.h>
#include <stdexcept>
#include <utility>

namespace waybill::access
{

namespace
{

constexpr unsigned long long passes = crypto_pwhash_OPSLIMIT_INTERACTIVE;
constexpr std::size_t memory = 64U << 20;
constexpr std::size_t max_email = 254;

bool continues_a_character(char byte)
{
    return (static_cast<unsigned char>(byte) & 0xC0) == 0x80;
}

} // namespace

std::optional<std::string> fault_of_password(std::string_view password)
{
    const auto characters =
        static_cast<std::size_t>(std::ranges::count_if(password, [](char c) { return !continues_a_character(c); }));
    if (characters < min_password_characters) return "must have at least 12 characters";
    if (password.size() > max_password_bytes) return "must have at most 1024 bytes";
    return std::nullopt;
}

std::optional<std::string> normal_email(std::string_view text)
{
    std::string email(text);
    for (char& letter : email)
        if (letter >= 'A' && letter <= 'Z') letter = static_cast<char>(letter - 'A' + 'a');
    const std::size_t at = email.find('@');
    const bool has_parts = at != std::string::npos && at > 0 && at + 1 < email.size();
    const bool is_plain =
        std::ranges::all_of(email, [](char c) { return c > ' ' && c < '\x7f' && c != ',' && c != '<' && c != '>'; });
    if (!has_parts || !is_plain || email.size() > max_email || email.find('@', at + 1) != std::string::npos)
        return std::nullopt;
    return email;
}

std::string hash_password(const std::string& password)
{
    random_words(1); // libsodium is started
    std::string hash(crypto_pwhash_STRBYTES, '\0');
    if (crypto_pwhash_str(hash.data(), password.data(), password.size(), passes, memory) != 0)
        throw std::runtime_error("there is not enough memory to hash a password");
    hash.resize(hash.find('\0'));
    return hash;
}

bool is_password_of(const std::string& hash, const std::string& password)
{
    return crypto_pwhash_str_verify(hash.c_str(), password.data(), password.size()) == 0;
}

const std::string& hash_of_nothing()
{
    static const std::string hash = hash_password(random_words(32));
    return hash;
}

namespace
{

asio::awaitable<void> run_there(std::function<void()> work)
{
    work();
    co_return;
}

} // namespace

asio::awaitable<bool> PasswordWorker::run(std::function<void()> work)
{
    if (is_full()) co_return false;
    ++waiting_;
    const std::shared_ptr<void> at_the_end(nullptr, [this](void*) { --waiting_; });
    co_await asio::co_spawn(thread_, run_there(std::move(work)), asio::use_awaitable);
    co_return true;
}

asio::awaitable<std::optional<bool>> PasswordWorker::verify(std::string hash, std::string password)
{
    const auto fits = std::make_shared<bool>(false);
    std::function<void()> work = [fits, hash = std::move(hash), password = std::move(password)] {
        const std::string& stored = hash.empty() ? hash_of_nothing() : hash;
        *fits = is_password_of(stored, password) && !hash.empty();
    };
    const bool ran = co_await run(std::move(work));
    if (!ran) co_return std::nullopt;
    co_return *fits;
}

asio::awaitable<std::optional<std::string>> PasswordWorker::hash(std::string password)
{
    const auto hash = std::make_shared<std::string>();
    std::function<void()> work = [hash, password = std::move(password)] { *hash = hash_password(password); };
    const bool ran = co_await run(std::move(work));
    if (!ran) co_return std::nullopt;
    co_return *hash;
}

} // namespace waybill::access
