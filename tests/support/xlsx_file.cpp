#include "tests/support/xlsx_file.hpp"

#include <stdexcept>
#include <zip.h>

namespace waybill::test
{

namespace
{

constexpr std::string_view relation_type = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/";

std::string relations(const std::vector<std::pair<std::string, std::string>>& targets)
{
    std::string xml = "<Relationships>";
    for (std::size_t i = 0; i < targets.size(); ++i)
        xml.append("<Relationship Id=\"rId")
            .append(std::to_string(i + 1))
            .append("\" Type=\"")
            .append(relation_type)
            .append(targets[i].first)
            .append("\" Target=\"")
            .append(targets[i].second)
            .append("\"/>");
    return xml + "</Relationships>";
}

void require(bool truth)
{
    if (!truth) throw std::runtime_error("libzip refused to write");
}

} // namespace

std::string zip_of(const ZipParts& parts)
{
    zip_source_t* target = zip_source_buffer_create(nullptr, 0, 0, nullptr);
    require(target != nullptr);
    zip_t* archive = zip_open_from_source(target, ZIP_TRUNCATE, nullptr);
    require(archive != nullptr);
    zip_source_keep(target);
    for (const auto& [name, content] : parts) {
        zip_source_t* source = zip_source_buffer(archive, content.data(), content.size(), 0);
        require(source && zip_file_add(archive, name.c_str(), source, ZIP_FL_ENC_UTF_8) >= 0);
    }
    require(zip_close(archive) == 0);
    zip_stat_t stat;
    require(zip_source_stat(target, &stat) == 0 && zip_source_open(target) == 0);
    std::string bytes(stat.size, '\0');
    require(zip_source_read(target, bytes.data(), bytes.size()) == static_cast<zip_int64_t>(bytes.size()));
    zip_source_close(target);
    zip_source_free(target);
    return bytes;
}

ZipParts xlsx_parts(const std::vector<XlsxSheetText>& sheets, std::string_view workbook_properties)
{
    ZipParts parts;
    parts["[Content_Types].xml"] = "<Types/>";
    parts["_rels/.rels"] = relations({{"officeDocument", "xl/workbook.xml"}});
    std::string list;
    std::vector<std::pair<std::string, std::string>> targets;
    for (const XlsxSheetText& sheet : sheets) {
        const std::string number = std::to_string(targets.size() + 1);
        targets.emplace_back("worksheet", "worksheets/sheet" + number + ".xml");
        parts["xl/worksheets/sheet" + number + ".xml"] =
            "<worksheet><sheetData>" + sheet.rows + "</sheetData></worksheet>";
        list += "<sheet name=\"" + sheet.name + "\" sheetId=\"" + number + "\" state=\"" +
                (sheet.state.empty() ? "visible" : sheet.state) + "\" r:id=\"rId" + number + "\"/>";
    }
    targets.emplace_back("styles", "styles.xml");
    targets.emplace_back("sharedStrings", "sharedStrings.xml");
    parts["xl/_rels/workbook.xml.rels"] = relations(targets);
    parts["xl/workbook.xml"] =
        "<workbook>" + std::string(workbook_properties) + "<sheets>" + list + "</sheets></workbook>";
    return parts;
}

std::string xlsx_of(const std::vector<XlsxSheetText>& sheets)
{
    return zip_of(xlsx_parts(sheets));
}

std::string text_row(int number, const std::vector<std::string>& cells)
{
    std::string row = "<row r=\"" + std::to_string(number) + "\">";
    for (const std::string& cell : cells)
        row += "<c t=\"inlineStr\"><is><t>" + cell + "</t></is></c>";
    return row + "</row>";
}

} // namespace waybill::test
