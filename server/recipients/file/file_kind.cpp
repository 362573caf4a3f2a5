#include "server/recipients/file/file_kind.hpp"

#include "config/ascii.hpp"
#include "server/recipients/file/text_encoding.hpp"

#include <algorithm>
#include <array>
#include <string>

namespace waybill::recipients
{

namespace
{

struct Signature
{
    std::string_view bytes;
    std::string_view what;
};

using namespace std::string_view_literals;

constexpr std::array signatures{
    Signature{"%PDF-"sv, "a PDF document"},
    Signature{"\x89PNG\r\n"sv, "a picture (PNG)"},
    Signature{"\xFF\xD8\xFF"sv, "a picture (JPEG)"},
    Signature{"GIF87a"sv, "a picture (GIF)"},
    Signature{"GIF89a"sv, "a picture (GIF)"},
    Signature{"II*\0"sv, "a picture (TIFF)"},
    Signature{"MM\0*"sv, "a picture (TIFF)"},
    Signature{"RIFF"sv, "a picture, a sound or a film (RIFF)"},
    Signature{"\x1F\x8B"sv, "a compressed file (gzip); unpack it first"},
    Signature{"BZh"sv, "a compressed file (bzip2); unpack it first"},
    Signature{"\xFD"
              "7zXZ"sv,
              "a compressed file (xz); unpack it first"},
    Signature{"7z\xBC\xAF\x27\x1C"sv, "an archive (7z); unpack it first"},
    Signature{"Rar!\x1A"sv, "an archive (RAR); unpack it first"},
    Signature{"PK\x05\x06"sv, "an empty ZIP archive"},
    Signature{"SQLite format 3"sv, "a database (SQLite)"},
    Signature{"\x7F"
              "ELF"sv,
              "a program"},
    Signature{"MZ\x90"sv, "a program"},
    Signature{"{\\rtf"sv, "a text document (RTF)"},
};

// Files of text that are no lists, by their first visible characters in lower case.
constexpr std::array markups{
    Signature{"<!doctype html"sv, "a web page (HTML)"},
    Signature{"<html"sv, "a web page (HTML)"},
    Signature{"<head"sv, "a web page (HTML)"},
    Signature{"<body"sv, "a web page (HTML)"},
    Signature{"<table"sv, "a web page (HTML)"},
    Signature{"<meta"sv, "a web page (HTML)"},
    Signature{"<?xml"sv, "an XML document"},
    Signature{"<!--"sv, "a web page (HTML)"},
    Signature{"begin:vcard"sv, "contact cards (vCard)"},
    Signature{"begin:vcalendar"sv, "a calendar (iCalendar)"},
    Signature{"{\""sv, "a JSON document"},
    Signature{"[{"sv, "a JSON document"},
};

constexpr std::string_view compound_file = "\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1";
constexpr std::size_t beginning_bytes = 4096;

std::string in_utf_16(std::string_view text)
{
    std::string wide;
    for (const char character : text)
        wide.append(1, character).append(1, '\0');
    return wide;
}

std::uint32_t number_at(std::string_view bytes, std::size_t at, std::size_t size)
{
    std::uint32_t number = 0;
    for (std::size_t i = size; i-- > 0;)
        number = number << 8 | static_cast<unsigned char>(bytes[at + i]);
    return number;
}

// What the directory of a compound file (Office before 2007, and encrypted Office since) says that it holds.
std::string_view inside_compound_file(const ListFile& file, std::string_view beginning)
{
    constexpr std::string_view unknown = "an old Excel workbook (.xls) or a workbook with a password";
    if (beginning.size() < 512) return unknown;
    const std::uint32_t sector_bits = number_at(beginning, 0x1E, 2);
    if (sector_bits < 9 || sector_bits > 12) return unknown;
    const std::uint64_t directory = (std::uint64_t{number_at(beginning, 0x30, 4)} + 1) << sector_bits;
    const std::string entries = file.bytes(directory, beginning_bytes);
    const auto names = [&](std::string_view name) { return entries.find(in_utf_16(name)) != entries.npos; };
    if (names("EncryptedPackage") || names("EncryptionInfo"))
        return "a workbook with a password; save it without the password";
    if (names("WordDocument")) return "a Word document";
    if (names("PowerPoint Document")) return "a PowerPoint presentation";
    if (names("Workbook") || names("Book")) return "an old Excel workbook (.xls)";
    return unknown;
}

bool is_control(char character)
{
    const auto byte = static_cast<unsigned char>(character);
    return byte < 0x20 && std::string_view("\t\r\n\v\f\x1A\x1B").find(character) == std::string_view::npos;
}

void refuse_markup(std::string_view beginning)
{
    const std::size_t first = beginning.find_first_not_of("\xEF\xBB\xBF \t\r\n");
    if (first == beginning.npos) return;
    const std::string lower = config::lower_case(beginning.substr(first, 64));
    for (const Signature& markup : markups)
        if (lower.starts_with(markup.bytes)) throw not_a_list(markup.what);
}

// A few control characters may stand in the cells of a list; many show that it is no text.
void refuse_binary(std::string_view beginning)
{
    const auto controls = static_cast<std::size_t>(std::ranges::count_if(beginning, is_control));
    if (controls * 20 > beginning.size()) throw not_a_list("a file of an unknown kind, not text");
}

} // namespace

ListError not_a_list(std::string_view what)
{
    return ListError("This file is not a list: it is " + std::string(what) +
                     ". Upload the list as a CSV file or an Excel workbook (.xlsx)");
}

FileKind kind_of(const ListFile& file)
{
    const std::string beginning = file.bytes(0, beginning_bytes);
    if (beginning.starts_with("PK\x03\x04")) return FileKind::zip;
    if (beginning.starts_with(compound_file)) throw not_a_list(inside_compound_file(file, beginning));
    for (const Signature& signature : signatures)
        if (beginning.starts_with(signature.bytes)) throw not_a_list(signature.what);
    if (std::string_view(beginning).substr(std::min<std::size_t>(4, beginning.size())).starts_with("ftyp"))
        throw not_a_list("a picture or a film (HEIC or MP4)");
    if (beginning.starts_with(std::string_view("\xFF\xFE\0\0", 4)) ||
        beginning.starts_with(std::string_view("\0\0\xFE\xFF", 4)))
        throw ListError("The file is in UTF-32; save it as \"CSV UTF-8\" and upload it again");
    if (first_guess(beginning) != Encoding::utf_8) return FileKind::text;
    refuse_markup(beginning);
    refuse_binary(beginning);
    return FileKind::text;
}

} // namespace waybill::recipients
