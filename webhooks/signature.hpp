#pragma once

#include "webhooks/form.hpp"

#include <array>
#include <cstddef>
#include <initializer_list>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

// X-Twilio-Signature: Base64(HMAC-SHA1(auth token, URL + sorted parameters)). Rules: Twilio's "Webhooks security" page.
namespace waybill::webhooks
{

using Signature = std::array<char, 28>; // standard Base64 of 20 bytes

// An auth token, ready to sign: the keyed halves of the HMAC are computed once.
class SigningKey
{
public:
    explicit SigningKey(std::string_view auth_token); // throws std::invalid_argument when empty
    SigningKey(SigningKey&&) noexcept;
    SigningKey& operator=(SigningKey&&) noexcept;
    ~SigningKey();

    // What Twilio sends as X-Twilio-Signature: the URL counts without its userinfo and fragment, its port as given.
    std::string sign(std::string_view url, const Form& form) const;

    Signature sign_text(std::initializer_list<std::string_view> pieces) const; // the pieces concatenated, unchanged

private:
    struct Keyed;
    std::unique_ptr<Keyed> keyed_;
};

enum class BodyType
{
    form,
    json
};

// What was received. `url` is the public base URL plus the request target exactly as received; a fragment and userinfo
// are dropped before anything is computed.
struct SignedRequest
{
    std::string_view url;
    std::string_view signature; // the X-Twilio-Signature header; empty when missing
    BodyType type = BodyType::form;
    const Form* form = nullptr;     // for form bodies; null for GET
    std::string_view raw_body = {}; // for JSON, checked against bodySHA256
};

// The index of the key that verifies the request, or empty. Tries the URL as given, without its port, and, when it has
// none, with the scheme's standard port. Compares in constant time.
std::optional<std::size_t> verify(std::span<const SigningKey> keys, const SignedRequest& request);

// The URL forms that `verify` tries, in order: shown to an operator whose webhook was rejected.
std::vector<std::string> url_candidates(std::string_view url);

} // namespace waybill::webhooks
