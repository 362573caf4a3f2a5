#include "db/postgres/privacy_key.hpp"

#include <array>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <sodium.h>

namespace waybill::db
{

namespace
{

constexpr std::size_t min_key_bytes = 32;

std::string& process_key()
{
    static std::string key;
    return key;
}

} // namespace

void set_privacy_key(std::string key)
{
    process_key() = std::move(key);
}

bool has_privacy_key()
{
    return !process_key().empty();
}

std::string token_of(std::string_view number)
{
    const std::string& key = process_key();
    if (key.empty()) return "";
    crypto_auth_hmacsha256_state state;
    std::array<unsigned char, crypto_auth_hmacsha256_BYTES> hash{};
    crypto_auth_hmacsha256_init(&state, reinterpret_cast<const unsigned char*>(key.data()), key.size());
    crypto_auth_hmacsha256_update(&state, reinterpret_cast<const unsigned char*>(number.data()), number.size());
    crypto_auth_hmacsha256_final(&state, hash.data());
    std::array<char, 2 * crypto_auth_hmacsha256_BYTES + 1> hex{};
    return sodium_bin2hex(hex.data(), hex.size(), hash.data(), hash.size());
}

KeyFile read_key_file(const std::string& path)
{
    std::error_code error;
    if (path.empty() || !std::filesystem::exists(path, error)) return {};
    std::ifstream file(path);
    std::string key{std::istreambuf_iterator<char>(file), {}};
    while (!key.empty() && (key.back() == '\n' || key.back() == '\r' || key.back() == ' '))
        key.pop_back();
    if (!file && !file.eof()) return {std::nullopt, "PRIVACY_KEY: " + path + " cannot be read"};
    if (key.size() < min_key_bytes)
        return {std::nullopt, "PRIVACY_KEY: " + path +
                                  " must hold at least 32 characters, and this user must be able to "
                                  "read it"};
    return {std::move(key), ""};
}

} // namespace waybill::db
