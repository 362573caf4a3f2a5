// OpenSSL 3 deprecates SHA_CTX, but it is the only plain value: copying a keyed state needs no allocation and cannot
// fail, which saves every receipt three contexts.
#define OPENSSL_SUPPRESS_DEPRECATED

#include "webhooks/signature.hpp"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/sha.h>

#include <algorithm>
#include <stdexcept>

namespace waybill::webhooks
{

namespace
{

using Parameter = std::pair<std::string, std::string>;

SHA_CTX keyed_state(std::string_view key, unsigned char pad)
{
    std::array<unsigned char, SHA_CBLOCK> block{};
    std::copy(key.begin(), key.end(), block.begin());
    for (auto& byte : block)
        byte ^= pad;
    SHA_CTX state;
    SHA1_Init(&state);
    SHA1_Update(&state, block.data(), block.size());
    return state;
}

// A URL in the pieces that are signed: userinfo and fragment are left out.
struct SignedUrl
{
    std::string_view scheme; // https://
    std::string_view host;
    std::string_view port; // :8443, or empty
    std::string_view target;

    explicit SignedUrl(std::string_view url)
    {
        url = url.substr(0, url.find('#'));
        const auto separator = url.find("://");
        scheme = url.substr(0, separator == url.npos ? 0 : separator + 3);
        url.remove_prefix(scheme.size());
        const std::string_view authority = url.substr(0, url.find_first_of("/?"));
        target = url.substr(authority.size());
        host = authority.substr(authority.rfind('@') + 1);
        const auto colon = host.find(':', host.rfind(']') + 1);
        port = host.substr(std::min(colon, host.size()));
        host.remove_suffix(port.size());
    }

    // SMS callbacks are signed with the port as configured; other Twilio products drop it or add the standard one.
    std::array<std::string_view, 2> ports_to_try() const
    {
        if (!port.empty()) return {port, ""};
        return {"", scheme == "https://" ? ":443" : ":80"};
    }
};

// Name and value of each distinct pair, by name, then by value.
std::string signed_parameters(const Form& form)
{
    std::vector<const Parameter*> sorted;
    sorted.reserve(form.parameters.size());
    std::size_t size = 0;
    for (const Parameter& parameter : form.parameters) {
        sorted.push_back(&parameter);
        size += parameter.first.size() + parameter.second.size();
    }
    std::sort(sorted.begin(), sorted.end(), [](auto* left, auto* right) { return *left < *right; });
    const auto equal = [](auto* left, auto* right) { return *left == *right; };
    sorted.erase(std::unique(sorted.begin(), sorted.end(), equal), sorted.end());

    std::string text;
    text.reserve(size);
    for (const Parameter* parameter : sorted)
        text.append(parameter->first).append(parameter->second);
    return text;
}

std::string sha256_in_hexadecimal(std::string_view text)
{
    std::array<unsigned char, SHA256_DIGEST_LENGTH> digest;
    SHA256(reinterpret_cast<const unsigned char*>(text.data()), text.size(), digest.data());
    std::string hexadecimal;
    for (const unsigned char byte : digest)
        hexadecimal += {"0123456789abcdef"[byte / 16], "0123456789abcdef"[byte % 16]};
    return hexadecimal;
}

// The first value of that name in the query, not decoded; empty when absent.
std::string_view query_value(std::string_view target, std::string_view name)
{
    std::string_view query = target.substr(std::min(target.find('?'), target.size()));
    while (!query.empty()) {
        query.remove_prefix(1);
        const std::string_view pair = query.substr(0, query.find('&'));
        if (pair.substr(0, pair.find('=')) == name) return pair.substr(std::min(name.size() + 1, pair.size()));
        query.remove_prefix(pair.size());
    }
    return {};
}

} // namespace

struct SigningKey::Keyed
{
    SHA_CTX inner;
    SHA_CTX outer;
};

SigningKey::SigningKey(std::string_view auth_token)
{
    if (auth_token.empty()) throw std::invalid_argument("an empty auth token would let anyone sign");
    std::array<unsigned char, SHA_DIGEST_LENGTH> digest;
    if (auth_token.size() > SHA_CBLOCK) {
        SHA1(reinterpret_cast<const unsigned char*>(auth_token.data()), auth_token.size(), digest.data());
        auth_token = {reinterpret_cast<const char*>(digest.data()), digest.size()};
    }
    keyed_ = std::make_unique<Keyed>(Keyed{keyed_state(auth_token, 0x36), keyed_state(auth_token, 0x5c)});
}

SigningKey::SigningKey(SigningKey&&) noexcept = default;
SigningKey& SigningKey::operator=(SigningKey&&) noexcept = default;
SigningKey::~SigningKey() = default;

Signature SigningKey::sign_text(std::initializer_list<std::string_view> pieces) const
{
    std::array<unsigned char, SHA_DIGEST_LENGTH> digest;
    SHA_CTX state = keyed_->inner;
    for (const std::string_view piece : pieces)
        SHA1_Update(&state, piece.data(), piece.size());
    SHA1_Final(digest.data(), &state);

    state = keyed_->outer;
    SHA1_Update(&state, digest.data(), digest.size());
    SHA1_Final(digest.data(), &state);

    std::array<unsigned char, std::tuple_size_v<Signature> + 1> base64; // EVP_EncodeBlock ends it with a NUL
    EVP_EncodeBlock(base64.data(), digest.data(), digest.size());
    Signature signature;
    std::copy_n(base64.begin(), signature.size(), signature.begin());
    return signature;
}

std::string SigningKey::sign(std::string_view url, const Form& form) const
{
    const SignedUrl parts(url);
    const Signature signature =
        sign_text({parts.scheme, parts.host, parts.port, parts.target, signed_parameters(form)});
    return {signature.begin(), signature.end()};
}

std::optional<std::size_t> verify(std::span<const SigningKey> keys, const SignedRequest& request)
{
    if (request.signature.size() != std::tuple_size_v<Signature>) return std::nullopt;
    const SignedUrl url(request.url);
    const bool is_json = request.type == BodyType::json;
    if (is_json && query_value(url.target, "bodySHA256") != sha256_in_hexadecimal(request.raw_body))
        return std::nullopt;

    const std::string parameters = is_json || !request.form ? std::string() : signed_parameters(*request.form);
    for (const std::string_view port : url.ports_to_try()) {
        for (std::size_t index = 0; index < keys.size(); ++index) {
            const Signature right = keys[index].sign_text({url.scheme, url.host, port, url.target, parameters});
            if (CRYPTO_memcmp(right.data(), request.signature.data(), right.size()) == 0) return index;
        }
    }
    return std::nullopt;
}

std::vector<std::string> url_candidates(std::string_view url)
{
    const SignedUrl parts(url);
    std::vector<std::string> candidates;
    for (const std::string_view port : parts.ports_to_try()) {
        std::string& candidate = candidates.emplace_back(parts.scheme);
        candidate.append(parts.host).append(port).append(parts.target);
    }
    return candidates;
}

} // namespace waybill::webhooks
