#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace waybill::access
{

// What proves that a request may do something: 256 random bits behind a prefix that says which kind they are.
enum class TokenKind
{
    key,    // wb_…: of an API key
    session // ws_…: of a user who signed in
};

// SHA-256. A token is shown once and only its hash is stored.
using TokenHash = std::array<std::uint8_t, 32>;

std::string new_token(TokenKind kind);
std::optional<TokenKind> kind_of(std::string_view token); // nothing: not the form of a token
TokenHash hash_of(std::string_view token);
std::string hex_of(const TokenHash& hash);
bool same(const TokenHash& left, const TokenHash& right); // in a time that does not depend on the contents

// Encrypted and authenticated, as letters, digits, - and _. Nothing: not sealed with this secret.
std::string seal(std::string_view text, std::string_view secret);
std::optional<std::string> unseal(std::string_view sealed, std::string_view secret);

std::string random_words(std::size_t bytes); // letters, digits, - and _

enum class Cookie
{
    session,
    device // this browser has signed in to an account before
};

// Over https the name begins with __Host-, so that neither a page of http nor one of a sibling host can set it; each is
// read on its own transport alone.
std::string name_of(Cookie cookie, bool https);

std::optional<std::string> cookie_in(std::string_view header, std::string_view name);

// The value of Set-Cookie. Without a lifetime it ends with the browser; with 0 the browser forgets it.
std::string set_cookie(std::string_view name, std::string_view value, bool https,
                       std::optional<std::chrono::seconds> lifetime);

} // namespace waybill::access
