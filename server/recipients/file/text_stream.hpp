#pragma once

#include "server/recipients/file/list_file.hpp"
#include "server/recipients/file/text_encoding.hpp"

#include <cstdint>
#include <string>

namespace waybill::recipients
{

// A text file as UTF-8 without NUL, in pieces of 64 kB; byte order marks at its beginning are passed over. Bytes that
// are not UTF-8 are read as Windows-1252: all of them, or, in a file that is UTF-8 otherwise, only these.
class TextStream
{
public:
    explicit TextStream(ListFile file);

    bool append_to(std::string& text); // the next piece; false at the end
    Encoding encoding() const { return encoding_; }

private:
    std::string read_piece();
    void append_utf_8(std::string& text, std::string piece);
    void append_utf_16(std::string& text, std::string_view piece);
    void append_unit(std::string& text, char32_t unit);
    void repair_from_here(); // the file is not clean UTF-8: finds out what it is

    ListFile file_;
    Encoding encoding_ = Encoding::utf_8;
    bool is_clean_ = true;     // so far, of UTF-8
    std::uint64_t offset_ = 0; // of the next piece in the file
    std::string carried_;      // the beginning of a character whose end is in the next piece
    char32_t high_ = 0;        // the first half of a surrogate pair
};

} // namespace waybill::recipients
