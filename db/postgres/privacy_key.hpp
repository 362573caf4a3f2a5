#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace waybill::db
{

// The key of this process with which the numbers of erased people are remembered: from a file, never in PostgreSQL, the
// same on all Waybills of a database. Set before the threads begin; empty: none.
void set_privacy_key(std::string key);
bool has_privacy_key();

// A keyed hash of a number, in hexadecimal digits; empty without a key, which no stored token is.
std::string token_of(std::string_view number);

// What a file holds, without white space around it. Nothing when it does not exist; a sentence when it cannot be used.
struct KeyFile
{
    std::optional<std::string> key;
    std::string fault;
};
KeyFile read_key_file(const std::string& path);

} // namespace waybill::db
