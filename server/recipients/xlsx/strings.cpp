#include "server/recipients/xlsx/strings.hpp"

#include "server/recipients/file/cell_text.hpp"
#include "server/recipients/file/text_encoding.hpp"

#include <charconv>

namespace waybill::recipients
{

void append_unescaped(std::string& to, std::string_view text)
{
    for (std::size_t at = text.find("_x"); at != text.npos; at = text.find("_x")) {
        to.append(text, 0, at);
        text.remove_prefix(at);
        unsigned code = 0;
        const bool is_whole = text.size() >= 7 && text[6] == '_';
        const char* digits = text.data() + 2;
        const bool is_escape = is_whole && std::from_chars(digits, digits + 4, code, 16).ptr == digits + 4;
        if (is_escape && code != 0 && (code < 0xD800 || code > 0xDFFF))
            append_utf8(to, code);
        else if (!is_escape)
            to.append(text, 0, 2);
        text.remove_prefix(is_escape ? 7 : 2);
    }
    to.append(text);
}

std::string_view XlsxStrings::at(std::size_t index) const
{
    if (index >= ends_.size()) return {};
    const std::size_t begin = index == 0 ? 0 : ends_[index - 1];
    return std::string_view(texts_).substr(begin, ends_[index] - begin);
}

void XlsxStrings::on_start(std::string_view name, const XmlAttributes&)
{
    if (name == "si") current_.clear();
    if (name == "rPh") in_reading_aid_ = true;
    in_text_ = name == "t" && !in_reading_aid_;
}

void XlsxStrings::on_end(std::string_view name)
{
    if (name == "t") in_text_ = false;
    if (name == "rPh") in_reading_aid_ = false;
    if (name != "si") return;
    append_unescaped(texts_, cut_text(current_, ListLimits::field_bytes));
    ends_.push_back(static_cast<std::uint32_t>(texts_.size()));
    if (texts_.size() + ends_.size() * sizeof(std::uint32_t) > max_bytes)
        throw ListError("The workbook holds more than 64 MB of text; save the list as a CSV file and upload that");
}

void XlsxStrings::on_text(std::string_view text)
{
    if (in_text_ && current_.size() <= ListLimits::field_bytes) current_.append(text);
}

} // namespace waybill::recipients
