#include "server/recipients/file/text_encoding.hpp"

#include "server/text/utf8.hpp"

#include <array>
#include <cstddef>

namespace waybill::recipients
{

namespace
{

// What Windows-1252 has at 0x80 to 0x9F; the five that it leaves open stand for the controls of Latin-1.
constexpr std::array<char32_t, 32> windows_1252_letters{0x20AC, 0x81,   0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021,
                                                        0x02C6, 0x2030, 0x0160, 0x2039, 0x0152, 0x8D,   0x017D, 0x8F,
                                                        0x90,   0x2018, 0x2019, 0x201C, 0x201D, 0x2022, 0x2013, 0x2014,
                                                        0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0x9D,   0x017E, 0x0178};

} // namespace

std::string_view name_of(Encoding encoding)
{
    switch (encoding) {
    case Encoding::utf_8:
        return "UTF-8";
    case Encoding::utf_16_le:
    case Encoding::utf_16_be:
        return "UTF-16";
    case Encoding::windows_1252:
        return "Windows-1252";
    }
    return "";
}

Encoding first_guess(std::string_view beginning)
{
    if (beginning.starts_with("\xFF\xFE")) return Encoding::utf_16_le;
    if (beginning.starts_with("\xFE\xFF")) return Encoding::utf_16_be;
    std::size_t even = 0, odd = 0;
    for (std::size_t i = 0; i + 1 < beginning.size(); i += 2) {
        even += beginning[i] == '\0' && beginning[i + 1] != '\0';
        odd += beginning[i] != '\0' && beginning[i + 1] == '\0';
    }
    const std::size_t pairs = beginning.size() / 2;
    if (pairs >= 2 && odd > pairs / 2 && even <= odd / 8) return Encoding::utf_16_le;
    if (pairs >= 2 && even > pairs / 2 && odd <= even / 8) return Encoding::utf_16_be;
    return Encoding::utf_8;
}

void ByteTally::count(std::string_view bytes)
{
    for (std::size_t at = 0; at < bytes.size();) {
        const bool plain = static_cast<unsigned char>(bytes[at]) < 0x80;
        const std::size_t start = at;
        if (plain)
            ++at;
        else if (text::next_code_point(bytes, at) == U'\uFFFD' && at == start + 1)
            ++strays;
        else
            ++sequences;
    }
}

void append_windows_1252(std::string& utf8, unsigned char byte)
{
    append_utf8(utf8, byte >= 0x80 && byte < 0xA0 ? windows_1252_letters[byte - 0x80] : byte);
}

void append_repaired(std::string& utf8, std::string_view bytes)
{
    while (!bytes.empty()) {
        const text::TextPrefix clean = text::text_prefix(bytes);
        utf8.append(bytes, 0, clean.size);
        bytes.remove_prefix(clean.size);
        if (bytes.empty()) return;
        if (bytes.front() != '\0') append_windows_1252(utf8, static_cast<unsigned char>(bytes.front()));
        bytes.remove_prefix(1);
    }
}

void append_utf8(std::string& utf8, char32_t code_point)
{
    const auto tail = [&](int shift) { utf8 += static_cast<char>(0x80U | ((code_point >> shift) & 0x3FU)); };
    if (code_point < 0x80)
        utf8 += static_cast<char>(code_point);
    else if (code_point < 0x800) {
        utf8 += static_cast<char>(0xC0U | code_point >> 6);
        tail(0);
    }
    else if (code_point < 0x10000) {
        utf8 += static_cast<char>(0xE0U | code_point >> 12);
        tail(6);
        tail(0);
    }
    else {
        utf8 += static_cast<char>(0xF0U | code_point >> 18);
        tail(12);
        tail(6);
        tail(0);
    }
}

} // namespace waybill::recipients
