#pragma once

#include <string>
#include <string_view>

namespace waybill::recipients
{

enum class Encoding
{
    utf_8,
    utf_16_le,
    utf_16_be,
    windows_1252
};

std::string_view name_of(Encoding encoding); // for people: UTF-8, UTF-16, Windows-1252

// UTF-16 shows in the first bytes of a file, with a byte order mark or by the NULs of plain letters; everything else
// begins as UTF-8.
Encoding first_guess(std::string_view beginning);

// Counted over a whole file that is not clean UTF-8.
struct ByteTally
{
    std::size_t sequences = 0; // of UTF-8, two bytes or longer
    std::size_t strays = 0;    // bytes above 0x7F that belong to none

    // The file is UTF-8 with damaged cells; otherwise its bytes above 0x7F are Windows-1252.
    bool is_mostly_utf8() const { return sequences > strays; }
    void count(std::string_view bytes);
};

// Appends one byte of Windows-1252 as UTF-8.
void append_windows_1252(std::string& utf8, unsigned char byte);

// Appends the text as UTF-8 without NULs: bytes that belong to no sequence are read as Windows-1252.
void append_repaired(std::string& utf8, std::string_view bytes);

// Appends the code point as UTF-8.
void append_utf8(std::string& utf8, char32_t code_point);

} // namespace waybill::recipients
