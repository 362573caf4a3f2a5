#pragma once

#include <string>
#include <string_view>

// What people cannot see in a cell, and what a spreadsheet cannot show.
namespace waybill::recipients
{

bool is_unicode_blank(char32_t character);
bool is_invisible(char32_t character); // format and control characters, byte order marks

// Without blanks and invisible characters around it.
std::string_view trimmed_cell(std::string_view cell);

// The text with invisible characters left out, blanks as single spaces and dashes as `-`: what a date is read from.
std::string plain_cell(std::string_view cell);

// #N/A, #REF! and the like: a formula that failed.
bool is_spreadsheet_error(std::string_view cell);

// At most `size` bytes of it, cut between characters.
std::string_view cut_text(std::string_view text, std::size_t size);

} // namespace waybill::recipients
