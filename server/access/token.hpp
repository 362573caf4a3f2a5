#pragma once

#include <array>
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

} // namespace waybill::access
