#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace waybill::test
{

using ZipParts = std::map<std::string, std::string>; // name -> content

// A ZIP archive of these files, in memory.
std::string zip_of(const ZipParts& parts);

// The parts of a workbook whose sheets are given as their `<row>` elements.
struct XlsxSheetText
{
    std::string name;
    std::string rows;
    std::string state; // `hidden`, or empty
};

ZipParts xlsx_parts(const std::vector<XlsxSheetText>& sheets, std::string_view workbook_properties = "");

std::string xlsx_of(const std::vector<XlsxSheetText>& sheets);

// A row of inline texts, numbered.
std::string text_row(int number, const std::vector<std::string>& cells);

} // namespace waybill::test
