#include "server/access/token.hpp"

#include "config/ascii.hpp"

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

using Bytes = std::vector<unsigned char>;

constexpr int variant = sodium_base64_VARIANT_URLSAFE_NO_PADDING;
constexpr std::size_t nonce_size = crypto_secretbox_NONCEBYTES;
static_assert(std::tuple_size_v<TokenHash> == crypto_secretbox_KEYBYTES);

std::string words_of(const Bytes& bytes)
{
    std::string text(sodium_base64_encoded_len(bytes.size(), variant), '\0');
    sodium_bin2base64(text.data(), text.size(), bytes.data(), bytes.size(), variant);
    text.pop_back(); // the NUL
    return text;
}

const unsigned char* bytes_of(std::string_view text)
{
    return reinterpret_cast<const unsigned char*>(text.data());
}

} // namespace

std::string random_words(std::size_t bytes)
{
    start_sodium();
    Bytes random(bytes);
    randombytes_buf(random.data(), random.size());
    return words_of(random);
}

std::string seal(std::string_view text, std::string_view secret)
{
    start_sodium();
    Bytes sealed(nonce_size + crypto_secretbox_MACBYTES + text.size());
    randombytes_buf(sealed.data(), nonce_size);
    crypto_secretbox_easy(sealed.data() + nonce_size, bytes_of(text), text.size(), sealed.data(),
                          hash_of(secret).data());
    return words_of(sealed);
}

std::optional<std::string> unseal(std::string_view sealed, std::string_view secret)
{
    if (sealed.empty()) return std::nullopt;
    Bytes bytes(sealed.size());
    std::size_t size = 0;
    const int decoded =
        sodium_base642bin(bytes.data(), bytes.size(), sealed.data(), sealed.size(), nullptr, &size, nullptr, variant);
    if (decoded != 0 || size < nonce_size + crypto_secretbox_MACBYTES) return std::nullopt;
    std::string text(size - nonce_size - crypto_secretbox_MACBYTES, '\0');
    const int opened =
        crypto_secretbox_open_easy(reinterpret_cast<unsigned char*>(text.data()), bytes.data() + nonce_size,
                                   size - nonce_size, bytes.data(), hash_of(secret).data());
    if (opened != 0) return std::nullopt;
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

std::string name_of(Cookie cookie, bool https)
{
    const std::string_view name = cookie == Cookie::session ? "waybill" : "waybill-device";
    return std::string(https ? "__Host-" : "").append(name);
}

std::optional<std::string> cookie_in(std::string_view header, std::string_view name)
{
    while (!header.empty()) {
        const std::string_view pair = header.substr(0, header.find(';'));
        header.remove_prefix(std::min(header.size(), pair.size() + 1));
        const std::size_t equals = pair.find('=');
        if (equals == std::string_view::npos || config::trimmed(pair.substr(0, equals)) != name) continue;
        return std::string(config::trimmed(pair.substr(equals + 1)));
    }
    return std::nullopt;
}

std::string set_cookie(std::string_view name, std::string_view value, bool https,
                       std::optional<std::chrono::seconds> lifetime)
{
    std::string cookie(name);
    cookie.append("=").append(value).append("; Path=/; HttpOnly; SameSite=Strict");
    if (lifetime) cookie += "; Max-Age=" + std::to_string(lifetime->count());
    if (https) cookie += "; Secure";
    return cookie;
}

} // namespace waybill::access
