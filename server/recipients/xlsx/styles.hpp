#pragma once

#include "server/recipients/xlsx/xml_stream.hpp"

#include <map>
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

} // namespace waybill::recipients
