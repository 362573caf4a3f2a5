#pragma once

#include "server/recipients/xlsx/xml_stream.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace waybill::recipients
{

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

} // namespace waybill::recipients
