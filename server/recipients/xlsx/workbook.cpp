#include "server/recipients/xlsx/workbook.hpp"

#include "server/recipients/file/cell_text.hpp"
#include "server/recipients/file/file_kind.hpp"
#include "server/recipients/file/text_encoding.hpp"
#include "server/recipients/xlsx/xml_stream.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

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
