#include "server/recipients/xlsx/parts.hpp"

#include <algorithm>
#include <functional>
#include <utility>

namespace waybill::recipients
{

namespace
{

constexpr std::size_t max_relations = 10'000;
constexpr std::size_t max_sheets = 1'000;

} // namespace

XlsxRelations::XlsxRelations(std::string part) : folder_(part.substr(0, part.rfind('/') + 1)) {}

std::string XlsxRelations::file_of(const std::string& part)
{
    const std::size_t name = part.rfind('/') + 1;
    return part.substr(0, name).append("_rels/").append(part, name).append(".rels");
}

void XlsxRelations::on_start(std::string_view name, const XmlAttributes& attributes)
{
    if (name != "Relationship" || attributes.get("TargetMode") == "External" || relations_.size() >= max_relations)
        return;
    const std::string_view type = attributes.get("Type");
    XlsxRelation relation{std::string(type.substr(type.rfind('/') + 1)), resolve(attributes.get("Target"))};
    relations_.emplace(attributes.get("Id"), std::move(relation));
}

std::string XlsxRelations::resolve(std::string_view target) const
{
    if (target.starts_with('/')) return std::string(target.substr(1));
    std::string folder = folder_;
    while (target.starts_with("../") || target.starts_with("./")) {
        const bool is_up = target.starts_with("../");
        target.remove_prefix(is_up ? 3 : 2);
        if (is_up && !folder.empty()) folder.resize(folder.rfind('/', folder.size() - 2) + 1);
    }
    return folder.append(target);
}

std::string XlsxRelations::part_of_kind(std::string_view kind) const
{
    const auto found = std::ranges::find_if(relations_, [&](const auto& entry) { return entry.second.kind == kind; });
    return found == relations_.end() ? "" : found->second.part;
}

void XlsxSheetList::on_start(std::string_view name, const XmlAttributes& attributes)
{
    const std::string_view from_1904 = attributes.get("date1904");
    if (name == "workbookPr") begins_in_1904_ = from_1904 == "1" || from_1904 == "true";
    if (name != "sheet" || entries_.size() >= max_sheets) return;
    const std::string_view state = attributes.get("state");
    entries_.push_back({std::string(attributes.get("name")), std::string(attributes.get("id")),
                        state == "hidden" || state == "veryHidden"});
}

} // namespace waybill::recipients
