#pragma once

#include <string>
#include <string_view>

// A cell of a CSV file that may be opened in a spreadsheet, which takes a text that begins with = + - or @ for a
// formula. Such a text gets an apostrophe in front, and so does what follows a semicolon or a line end inside it.
// Numbers of any kind, telephone numbers among them, stay as they are: without a letter they are no formula that could
// do harm.
namespace waybill::recipients
{

// Appends the text, guarded, in quotation marks where RFC 4180 wants them.
void append_csv_cell(std::string& csv, std::string_view text);

bool is_guarded(std::string_view cell);

// What the text of a cell was before it was guarded: exactly the reverse. An apostrophe that guards nothing stays.
std::string without_guard(std::string_view cell);

} // namespace waybill::recipients
