#include "server/recipients/xlsx/styles.hpp"

#include <charconv>

namespace waybill::recipients
{

namespace
{

constexpr std::size_t max_styles = 100'000;

// The formats that a workbook uses by number without describing them.
bool is_built_in_date(std::string_view id)
{
    int number = 0;
    std::from_chars(id.data(), id.data() + id.size(), number);
    return (number >= 14 && number <= 22) || (number >= 27 && number <= 36) || (number >= 45 && number <= 47) ||
           (number >= 50 && number <= 58);
}

} // namespace

bool is_date_format(std::string_view format_code)
{
    for (std::size_t at = 0; at < format_code.size(); ++at) {
        const char character = format_code[at];
        if (character == ';') return false; // the formats of negative numbers and texts
        if (character == '\\' || character == '_' || character == '*')
            ++at;
        else if (character == '"' || character == '[') {
            const std::size_t end = format_code.find(character == '"' ? '"' : ']', at + 1);
            if (end == format_code.npos) return false;
            const std::string_view inside = format_code.substr(at + 1, end - at - 1);
            const bool is_elapsed =
                character == '[' && !inside.empty() && inside.find_first_not_of("hHmMsS") == inside.npos;
            if (is_elapsed) return true;
            at = end;
        }
        else if (std::string_view("yYmMdDhHsS").find(character) != std::string_view::npos)
            return true;
    }
    return false;
}

void XlsxStyles::on_start(std::string_view name, const XmlAttributes& attributes)
{
    if (name == "cellXfs") in_cell_formats_ = true;
    if (name == "numFmt" && date_formats_.size() < max_styles)
        date_formats_[std::string(attributes.get("numFmtId"))] = is_date_format(attributes.get("formatCode"));
    if (name != "xf" || !in_cell_formats_ || date_styles_.size() >= max_styles) return;
    const std::string_view id = attributes.get("numFmtId");
    const auto custom = date_formats_.find(id);
    date_styles_.push_back(custom == date_formats_.end() ? is_built_in_date(id) : custom->second);
}

void XlsxStyles::on_end(std::string_view name)
{
    if (name == "cellXfs") in_cell_formats_ = false;
}

} // namespace waybill::recipients
