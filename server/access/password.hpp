#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace waybill::access
{

constexpr std::size_t min_password_characters = 12;
constexpr std::size_t max_password_bytes = 1024;

// What is wrong with a new password, as a sentence for people.
std::optional<std::string> fault_of_password(std::string_view password);

// An address that can be an account's name, in lower case.
std::optional<std::string> normal_email(std::string_view text);

// Argon2id with 64 MiB: each call takes about a tenth of a second, so never on the event loop.
std::string hash_password(const std::string& password);
bool is_password_of(const std::string& hash, const std::string& password);

// Takes as long as a real one and fits no password: what a sign-in is compared to if the account does not exist.
const std::string& hash_of_nothing();

} // namespace waybill::access
