#include "server/events/signing.hpp"

#include <array>
#include <optional>
#include <sodium.h>
#include <stdexcept>

namespace waybill::events
{

namespace
{

constexpr std::string_view prefix = "whsec_";
constexpr int alphabet = sodium_base64_VARIANT_ORIGINAL;
constexpr std::size_t new_bytes = 32, min_bytes = 24, max_bytes = 64;

std::string base64_of(const unsigned char* bytes, std::size_t size)
{
    std::string text(sodium_base64_encoded_len(size, alphabet), '\0');
    sodium_bin2base64(text.data(), text.size(), bytes, size, alphabet);
    text.pop_back(); // the NUL
    return text;
}

std::optional<std::string> key_of(std::string_view secret)
{
    if (!secret.starts_with(prefix)) return std::nullopt;
    secret.remove_prefix(prefix.size());
    std::array<unsigned char, max_bytes> key{};
    std::size_t size = 0;
    const char* end = nullptr;
    const int failed =
        sodium_base642bin(key.data(), key.size(), secret.data(), secret.size(), nullptr, &size, &end, alphabet);
    if (failed != 0 || end != secret.data() + secret.size() || size < min_bytes) return std::nullopt;
    return std::string(reinterpret_cast<const char*>(key.data()), size);
}

void update(crypto_auth_hmacsha256_state& state, std::string_view text)
{
    crypto_auth_hmacsha256_update(&state, reinterpret_cast<const unsigned char*>(text.data()), text.size());
}

std::string sign(std::string_view secret, std::string_view head, std::string_view body)
{
    const std::optional<std::string> key = key_of(secret);
    if (!key) throw std::invalid_argument("the secret of an endpoint is not one");
    crypto_auth_hmacsha256_state state;
    crypto_auth_hmacsha256_init(&state, reinterpret_cast<const unsigned char*>(key->data()), key->size());
    update(state, head);
    update(state, body);
    std::array<unsigned char, crypto_auth_hmacsha256_BYTES> hash{};
    crypto_auth_hmacsha256_final(&state, hash.data());
    return "v1," + base64_of(hash.data(), hash.size());
}

} // namespace

std::string new_secret()
{
    if (sodium_init() < 0) throw std::runtime_error("libsodium cannot be used: this machine gives no random numbers");
    std::array<unsigned char, new_bytes> bytes{};
    randombytes_buf(bytes.data(), bytes.size());
    return std::string(prefix) + base64_of(bytes.data(), bytes.size());
}

bool is_secret(std::string_view text)
{
    return key_of(text).has_value();
}

std::string signature_of(std::span<const std::string> secrets, std::string_view id, std::int64_t timestamp,
                         std::string_view body)
{
    const std::string head = std::string(id) + "." + std::to_string(timestamp) + ".";
    std::string header;
    for (const std::string& secret : secrets) {
        if (!header.empty()) header += ' ';
        header += sign(secret, head, body);
    }
    return header;
}

} // namespace waybill::events
