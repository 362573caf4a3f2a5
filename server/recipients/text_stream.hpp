#pragma once

#include "server/text/utf8.hpp"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string_view>
#include <vector>

namespace waybill::recipients
{

// Reads up to `size` bytes at `offset`; 0 at the end.
using ReadAt = std::function<std::size_t(std::uint64_t offset, char* to, std::size_t size)>;

// A file as lines of checked UTF-8, read in pieces of 64 KB; a byte order mark at its beginning is passed over.
class TextStream
{
public:
    explicit TextStream(ReadAt read) : read_(std::move(read)) {}

    // The text to the next CR or LF, which is included, or as much of it as is at hand; valid until the next call.
    // Empty at the end and at a fault.
    std::string_view next_line();

    text::TextFault fault() const { return text_.fault; }    // why the text ends here; none at the end of the file
    std::uint64_t position() const { return offset_ + at_; } // of what follows, in bytes

private:
    bool refill();

    ReadAt read_;
    std::vector<char> piece_ = std::vector<char>(64 * 1024);
    std::uint64_t offset_ = 0; // of the piece in the file
    std::size_t filled_ = 0;   // bytes in the piece
    std::size_t at_ = 0;       // bytes that were given out
    text::TextPrefix text_;    // of the piece
};

} // namespace waybill::recipients
