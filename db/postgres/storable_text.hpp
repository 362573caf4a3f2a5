#pragma once

#include <string>
#include <string_view>

// Text as PostgreSQL can hold it.
namespace waybill::db
{

// NUL and every byte that is not part of valid UTF-8 become U+FFFD.
std::string storable(std::string_view text);

// True if the text is stored as it stands.
bool is_storable(std::string_view text);

// Appends the text, made storable, as a JSON string with its quotes.
void append_json_string(std::string& json, std::string_view text);

} // namespace waybill::db
