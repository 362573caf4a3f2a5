#include "server/text/utf8.hpp"

#include <cstdint>
#include <cstring>

namespace waybill::text
{

namespace
{

constexpr std::size_t invalid = 0;
constexpr std::size_t incomplete = 5;

// The length of the sequence that begins the text (not empty), by the table of well-formed UTF-8 in the Unicode
// standard.
std::size_t sequence_size(std::string_view text)
{
    auto lead = static_cast<unsigned char>(text[0]);
    if (lead < 0x80) return 1;
    if (lead < 0xC2 || lead > 0xF4) return invalid;
    std::size_t size = lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
    unsigned char low = lead == 0xE0 ? 0xA0 : lead == 0xF0 ? 0x90 : 0x80;
    unsigned char high = lead == 0xED ? 0x9F : lead == 0xF4 ? 0x8F : 0xBF;
    for (std::size_t i = 1; i < size; ++i) {
        if (i == text.size()) return incomplete;
        auto byte = static_cast<unsigned char>(text[i]);
        if (byte < low || byte > high) return invalid;
        low = 0x80;
        high = 0xBF;
    }
    return size;
}

bool eight_plain_characters(const char* bytes)
{
    constexpr std::uint64_t ones = 0x0101010101010101;
    constexpr std::uint64_t high_bits = 0x8080808080808080;
    std::uint64_t word;
    std::memcpy(&word, bytes, sizeof word);
    bool ascii = (word & high_bits) == 0;
    bool has_nul = ((word - ones) & high_bits) != 0; // true only for a NUL when all are ASCII
    return ascii && !has_nul;
}

} // namespace

TextPrefix text_prefix(std::string_view bytes)
{
    std::size_t at = 0;
    while (at < bytes.size()) {
        while (at + 8 <= bytes.size() && eight_plain_characters(bytes.data() + at))
            at += 8;
        if (at == bytes.size()) break;
        if (bytes[at] == '\0') return {at, TextFault::nul};
        std::size_t size = sequence_size(bytes.substr(at));
        if (size == invalid) return {at, TextFault::not_utf8};
        if (size == incomplete) return {at, TextFault::incomplete};
        at += size;
    }
    return {at, TextFault::none};
}

char32_t next_code_point(std::string_view text, std::size_t& at)
{
    std::size_t size = sequence_size(text.substr(at));
    if (size == invalid || size == incomplete) {
        ++at;
        return U'\uFFFD';
    }
    auto lead = static_cast<unsigned char>(text[at]);
    if (size == 1) {
        ++at;
        return lead;
    }
    char32_t code_point = lead & (0x7FU >> size);
    for (std::size_t i = 1; i < size; ++i)
        code_point = code_point << 6 | (static_cast<unsigned char>(text[at + i]) & 0x3FU);
    at += size;
    return code_point;
}

std::size_t utf16_units(std::string_view text)
{
    std::size_t units = 0;
    for (char character : text) {
        auto byte = static_cast<unsigned char>(character);
        units += (byte & 0xC0) != 0x80;
        units += byte >= 0xF0;
    }
    return units;
}

} // namespace waybill::text
