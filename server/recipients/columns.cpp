#include "server/recipients/columns.hpp"

#include "config/ascii.hpp"
#include "server/recipients/csv.hpp"

#include <algorithm>

namespace waybill::recipients
{

namespace
{

// A spreadsheet in many countries writes semicolons, which leaves one column whose name holds them all.
std::string advice_on_separator(const std::vector<std::string>& names)
{
    if (names.size() > 1) return "";
    if (names[0].find(';') != std::string::npos) return " (the file uses semicolons; separate the columns by commas)";
    if (names[0].find('\t') != std::string::npos) return " (the file uses tabs; separate the columns by commas)";
    return "";
}

} // namespace

Columns::Columns(std::span<const std::string_view> header)
{
    for (std::string_view name : header) {
        std::string lower = config::lower_case(name);
        if (find(lower)) throw CsvError("The header line has two columns of the name \"" + lower + "\"; rename one");
        names_.push_back(std::move(lower));
    }
    find_required();
}

void Columns::find_required()
{
    std::string missing;
    for (std::size_t i = 0; i < required_columns.size(); ++i) {
        std::optional<std::size_t> index = find(required_columns[i]);
        if (index)
            required_[i] = *index;
        else
            missing.append(missing.empty() ? "" : ", ").append(required_columns[i]);
    }
    if (!missing.empty()) throw CsvError("Missing required columns: " + missing + advice_on_separator(names_));
}

std::optional<std::size_t> Columns::find(std::string_view lower_case_name) const
{
    auto name = std::ranges::find(names_, lower_case_name);
    if (lower_case_name.empty() || name == names_.end()) return std::nullopt;
    return name - names_.begin();
}

} // namespace waybill::recipients
