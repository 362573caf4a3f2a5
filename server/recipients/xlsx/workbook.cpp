#include "server/recipients/xlsx/workbook.hpp"

#include "server/recipients/file/file_kind.hpp"
#include "server/recipients/xlsx/xml_stream.hpp"

#include <algorithm>
#include <array>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

// The small files of a workbook that say where the others are.

namespace waybill::recipients
{

namespace
{

// A file in the archive that another one refers to.
struct XlsxRelation
{
    std::string kind; // the last word of its type: `worksheet`, `sharedStrings`
    std::string part;
};

// What `_rels/NAME.rels` says about the part NAME, by the id of the relation. What lies outside the file is left out.
class XlsxRelations : public XmlHandler
{
public:
    explicit XlsxRelations(std::string part);

    static std::string file_of(const std::string& part);

    void on_start(std::string_view name, const XmlAttributes& attributes) override;

    const std::map<std::string, XlsxRelation, std::less<>>& all() const { return relations_; }
    std::string part_of_kind(std::string_view kind) const; // empty if there is none

private:
    std::string resolve(std::string_view target) const;

    std::string folder_; // of the part
    std::map<std::string, XlsxRelation, std::less<>> relations_;
};

// The sheets of workbook.xml in their order.
class XlsxSheetList : public XmlHandler
{
public:
    struct Entry
    {
        std::string name;
        std::string relation;
        bool is_hidden = false;
    };

    void on_start(std::string_view name, const XmlAttributes& attributes) override;

    const std::vector<Entry>& entries() const { return entries_; }
    bool begins_in_1904() const { return begins_in_1904_; }

private:
    std::vector<Entry> entries_;
    bool begins_in_1904_ = false;
};

constexpr std::size_t max_relations = 10'000;
constexpr std::size_t max_sheets = 1'000;

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
