#pragma once

#include "server/recipients/file/records.hpp"
#include "server/recipients/xlsx/strings.hpp"
#include "server/recipients/xlsx/styles.hpp"
#include "server/recipients/xlsx/zip_archive.hpp"

#include <map>
#include <memory>
#include <string>
#include <vector>

namespace waybill::recipients
{

struct XlsxSheet
{
    std::string name;
    std::string part; // its file in the archive
    bool is_hidden = false;
};

// An Excel workbook (.xlsx): what its sheets share. The sheets are read row by row, each as often as is needed.
class XlsxWorkbook
{
public:
    explicit XlsxWorkbook(ListFile file); // throws ListError, also when the archive holds something else

    const std::vector<XlsxSheet>& sheets() const { return sheets_; }
    bool begins_in_1904() const { return begins_in_1904_; }
    const XlsxStrings& strings() const { return strings_; }
    const XlsxStyles& styles() const { return styles_; }
    std::unique_ptr<ZipEntry> open(const std::string& part) const { return archive_.open(part); }

private:
    void read_sheets(const std::string& part);

    ZipArchive archive_;
    std::vector<XlsxSheet> sheets_;
    bool begins_in_1904_ = false;
    XlsxStrings strings_;
    XlsxStyles styles_;
};

} // namespace waybill::recipients
