#include "server/recipients/xlsx/workbook.hpp"

#include "server/recipients/file/file_kind.hpp"
#include "server/recipients/xlsx/parts.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace waybill::recipients
{

namespace
{

struct OtherArchive
{
    std::string_view beginning; // of the name of a file in it
    std::string_view what;
};

constexpr std::array others{
    OtherArchive{"word/", "a Word document"},
    OtherArchive{"ppt/", "a PowerPoint presentation"},
    OtherArchive{"xl/workbook.bin", "a binary Excel workbook (.xlsb); save it as .xlsx"},
    OtherArchive{"content.xml", "an OpenDocument file (.ods); save it as .xlsx or CSV"},
    OtherArchive{"Index/", "an Apple Numbers or Pages document; export it as Excel or CSV"},
    OtherArchive{"META-INF/", "a program (Java)"},
};

void read_part(const ZipArchive& archive, const std::string& part, XmlHandler& handler)
{
    XmlStream(archive.open(part), handler).feed_all();
}

XlsxRelations relations_of(const ZipArchive& archive, const std::string& part)
{
    XlsxRelations relations(part);
    const std::string file = XlsxRelations::file_of(part);
    if (archive.has(file)) read_part(archive, file, relations);
    return relations;
}

ListError not_a_workbook(const ZipArchive& archive)
{
    const std::vector<std::string> names = archive.names();
    for (const OtherArchive& other : others)
        if (std::ranges::any_of(names, [&](const std::string& name) { return name.starts_with(other.beginning); }))
            return not_a_list(other.what);
    return not_a_list("a ZIP archive; unpack it and upload the list inside");
}

} // namespace

XlsxWorkbook::XlsxWorkbook(ListFile file) : archive_(std::move(file))
{
    const std::string part = relations_of(archive_, "").part_of_kind("officeDocument");
    if (part.empty() || !archive_.has(part) || !part.ends_with(".xml") || part.starts_with("word/") ||
        part.starts_with("ppt/"))
        throw not_a_workbook(archive_);
    read_sheets(part);
}

void XlsxWorkbook::read_sheets(const std::string& part)
{
    XlsxSheetList list;
    read_part(archive_, part, list);
    begins_in_1904_ = list.begins_in_1904();
    const XlsxRelations relations = relations_of(archive_, part);
    for (const XlsxSheetList::Entry& entry : list.entries()) {
        const auto relation = relations.all().find(entry.relation);
        if (relation == relations.all().end() || relation->second.kind != "worksheet") continue;
        if (archive_.has(relation->second.part))
            sheets_.push_back({entry.name, relation->second.part, entry.is_hidden});
    }
    if (const std::string styles = relations.part_of_kind("styles"); archive_.has(styles))
        read_part(archive_, styles, styles_);
    if (const std::string strings = relations.part_of_kind("sharedStrings"); archive_.has(strings))
        read_part(archive_, strings, strings_);
    if (sheets_.empty()) throw ListError("The workbook has no sheet with a list");
}

} // namespace waybill::recipients
