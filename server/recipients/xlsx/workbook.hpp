#pragma once

#include "server/recipients/file/records.hpp"
#include "server/recipients/xlsx/xml_stream.hpp"
#include "server/recipients/xlsx/zip_archive.hpp"

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace waybill::recipients
{

// A number format that shows a number as a day or a time: `yyyy-mm-dd`, `[$-409]d. mmm yy`, but not `"day" 0`.
bool is_date_format(std::string_view format_code);

// Which cell styles of a workbook show dates: what styles.xml says.
class XlsxStyles : public XmlHandler
{
public:
    bool is_date(std::size_t style) const { return style < date_styles_.size() && date_styles_[style]; }

    void on_start(std::string_view name, const XmlAttributes& attributes) override;
    void on_end(std::string_view name) override;

private:
    bool in_cell_formats_ = false;
    std::map<std::string, bool, std::less<>> date_formats_; // custom ones, by their id
    std::vector<bool> date_styles_;
};

// `_x000D_` in a workbook's text stands for a character.
void append_unescaped(std::string& to, std::string_view text);

// The texts that a workbook's cells refer to by number: what sharedStrings.xml says, formatting left out.
class XlsxStrings : public XmlHandler
{
public:
    static constexpr std::size_t max_bytes = 64 * 1024 * 1024;

    std::string_view at(std::size_t index) const; // empty when there is none

    void on_start(std::string_view name, const XmlAttributes& attributes) override;
    void on_end(std::string_view name) override;
    void on_text(std::string_view text) override;

private:
    std::string texts_; // one behind the other
    std::vector<std::uint32_t> ends_;
    std::string current_;
    bool in_text_ = false;
    bool in_reading_aid_ = false; // how a Japanese text is pronounced
};

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
