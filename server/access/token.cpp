#include "server/access/token.hpp"

#include <algorithm>
#include <sodium.h>
#include <stdexcept>
#include <vector>

namespace waybill::access
{

namespace
{

constexpr std::size_t random_bytes = 32;
constexpr std::size_t prefix_size = 3;
constexpr std::size_t token_size = prefix_size + 43; // base64 without padding
constexpr std::string_view letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

void start_sodium()
{
    static const bool started = sodium_init() >= 0;
    if (!started) throw std::runtime_error("libsodium cannot be used: this machine gives no random numbers");
}

} // namespace

std::string random_words(std::size_t bytes)
{
    start_sodium();
    std::vector<unsigned char> random(bytes);
    randombytes_buf(random.data(), random.size());
    constexpr int variant = sodium_base64_VARIANT_URLSAFE_NO_PADDING;
    std::string text(sodium_base64_encoded_len(bytes, variant), '\0');
    sodium_bin2base64(text.data(), text.size(), random.data(), random.size(), variant);
    text.pop_back(); // the NUL
    return text;
}

std::string new_token(TokenKind kind)
{
    return (kind == TokenKind::key ? "wb_" : "ws_") + random_words(random_bytes);
}

std::optional<TokenKind> kind_of(std::string_view token)
{
    if (token.size() != token_size) return std::nullopt;
    const bool is_key = token.starts_with("wb_");
    if (!is_key && !token.starts_with("ws_")) return std::nullopt;
    const std::string_view random = token.substr(prefix_size);
    if (random.find_first_not_of(letters) != std::string_view::npos) return std::nullopt;
    return is_key ? TokenKind::key : TokenKind::session;
}

TokenHash hash_of(std::string_view token)
{
    TokenHash hash;
    crypto_hash_sha256(hash.data(), reinterpret_cast<const unsigned char*>(token.data()), token.size());
    return hash;
}

std::string hex_of(const TokenHash& hash)
{
    std::string hex(2 * hash.size() + 1, '\0');
    sodium_bin2hex(hex.data(), hex.size(), hash.data(), hash.size());
    hex.pop_back();
    return hex;
}

bool same(const TokenHash& left, const TokenHash& right)
{
    return sodium_memcmp(left.data(), right.data(), left.size()) == 0;
}

} // namespace waybill::access
