#include "server/recipients/file/text_stream.hpp"

#include "server/text/utf8.hpp"

#include <algorithm>
#include <utility>

namespace waybill::recipients
{

namespace
{

constexpr std::size_t piece_bytes = 64 * 1024;
constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";
constexpr std::string_view utf_16_marks[] = {"\xFF\xFE", "\xFE\xFF"};

// How many bytes at the end begin a character that is not complete.
std::size_t incomplete_end(std::string_view bytes)
{
    for (std::size_t size = 1; size <= std::min<std::size_t>(3, bytes.size()); ++size) {
        const std::string_view end = bytes.substr(bytes.size() - size);
        if (static_cast<unsigned char>(end.front()) < 0xC0) continue;
        return text::text_prefix(end).fault == text::TextFault::incomplete ? size : 0;
    }
    return 0;
}

} // namespace

TextStream::TextStream(ListFile file) : file_(std::move(file))
{
    const std::string beginning = file_.bytes(0, 4096);
    encoding_ = first_guess(beginning);
    if (encoding_ == Encoding::utf_8)
        while (std::string_view(beginning).substr(offset_).starts_with(byte_order_mark))
            offset_ += byte_order_mark.size();
    else if (std::ranges::any_of(utf_16_marks, [&](std::string_view mark) { return beginning.starts_with(mark); }))
        offset_ = 2;
}

bool TextStream::append_to(std::string& text)
{
    for (;;) {
        std::string piece = read_piece();
        if (piece.empty()) return false;
        const std::size_t before = text.size();
        if (encoding_ == Encoding::utf_16_le || encoding_ == Encoding::utf_16_be)
            append_utf_16(text, piece);
        else
            append_utf_8(text, std::move(piece));
        if (text.size() > before) return true;
    }
}

// What was carried over stands at its beginning.
std::string TextStream::read_piece()
{
    std::string piece = std::move(carried_);
    carried_.clear();
    const std::size_t carried = piece.size();
    piece.resize(carried + piece_bytes);
    const std::size_t size = file_.read(offset_, piece.data() + carried, piece_bytes);
    offset_ += size;
    piece.resize(carried + size);
    const bool at_end = size == 0;
    if (at_end) return piece;
    if (encoding_ == Encoding::utf_8) carried_ = piece.substr(piece.size() - incomplete_end(piece));
    if (encoding_ == Encoding::utf_16_le || encoding_ == Encoding::utf_16_be)
        carried_ = piece.substr(piece.size() - piece.size() % 2);
    piece.resize(piece.size() - carried_.size());
    return piece.empty() ? read_piece() : piece;
}

void TextStream::append_utf_8(std::string& text, std::string piece)
{
    if (encoding_ == Encoding::utf_8 && is_clean_) {
        if (text::text_prefix(piece).size == piece.size()) {
            text += piece;
            return;
        }
        repair_from_here();
    }
    if (encoding_ == Encoding::utf_8) return append_repaired(text, piece);
    for (const char byte : piece)
        if (byte != '\0') append_windows_1252(text, static_cast<unsigned char>(byte));
}

void TextStream::repair_from_here()
{
    is_clean_ = false;
    ByteTally tally;
    std::uint64_t at = 0;
    for (std::string bytes = file_.bytes(0, piece_bytes); !bytes.empty(); bytes = file_.bytes(at, piece_bytes)) {
        at += bytes.size();
        tally.count(bytes);
    }
    if (tally.strays > 0 && !tally.is_mostly_utf8()) encoding_ = Encoding::windows_1252;
}

void TextStream::append_utf_16(std::string& text, std::string_view piece)
{
    const bool little = encoding_ == Encoding::utf_16_le;
    for (std::size_t at = 0; at + 1 < piece.size(); at += 2) {
        const auto first = static_cast<unsigned char>(piece[at]);
        const auto second = static_cast<unsigned char>(piece[at + 1]);
        append_unit(text, little ? first | second << 8 : first << 8 | second);
    }
}

void TextStream::append_unit(std::string& text, char32_t unit)
{
    const bool is_low = unit >= 0xDC00 && unit <= 0xDFFF;
    if (high_ != 0 && is_low) {
        append_utf8(text, 0x10000 + ((high_ - 0xD800) << 10) + (unit - 0xDC00));
        high_ = 0;
        return;
    }
    if (high_ != 0) append_utf8(text, U'\uFFFD');
    high_ = unit >= 0xD800 && unit <= 0xDBFF ? unit : 0;
    if (is_low)
        append_utf8(text, U'\uFFFD');
    else if (high_ == 0 && unit != 0)
        append_utf8(text, unit);
}

} // namespace waybill::recipients
