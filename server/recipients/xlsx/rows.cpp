#include "server/recipients/xlsx/rows.hpp"

#include "server/recipients/dates/written_date.hpp"
#include "server/recipients/file/cell_text.hpp"

#include <array>
#include <charconv>
#include <cmath>
#include <cstdio>
#include <optional>
#include <utility>

namespace waybill::recipients
{

namespace
{

constexpr double max_whole = 1e15; // a spreadsheet keeps 15 digits
constexpr int seconds_per_day = 86'400;

std::optional<double> parse(std::string_view value)
{
    double number = 0;
    const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), number);
    if (error != std::errc() || end != value.data() + value.size() || !std::isfinite(number)) return std::nullopt;
    return number;
}

template <typename... Values>
std::string print(const char* format, Values... values)
{
    std::array<char, 64> text{};
    std::snprintf(text.data(), text.size(), format, values...);
    return text.data();
}

} // namespace

std::string number_text(std::string_view value)
{
    const auto number = parse(value);
    if (!number) return std::string(value);
    if (std::trunc(*number) == *number && std::fabs(*number) < max_whole)
        return std::to_string(static_cast<long long>(*number));
    return print("%.15g", *number);
}

std::string date_text(std::string_view value, bool begins_in_1904)
{
    const auto serial = parse(value);
    if (!serial || *serial < 0 || *serial > 2'958'465) return number_text(value);
    double day = std::floor(*serial);
    auto seconds = static_cast<int>(std::lround((*serial - day) * seconds_per_day));
    if (seconds == seconds_per_day) {
        day += 1;
        seconds = 0;
    }
    std::string time = print("%02d:%02d:%02d", seconds / 3600, seconds / 60 % 60, seconds % 60);
    const WrittenDate date = day_of_serial(day, begins_in_1904);
    if (date.kind != WrittenDate::Kind::day) return time;
    const std::chrono::year_month_day parts(date.day);
    std::string text = print("%04d-%02u-%02u", static_cast<int>(parts.year()), static_cast<unsigned>(parts.month()),
                             static_cast<unsigned>(parts.day()));
    return seconds == 0 ? text : text.append(" ").append(time);
}

namespace
{

template <typename Number>
Number parse_number(std::string_view text, Number otherwise)
{
    Number number{};
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    return error == std::errc() && end == text.data() + text.size() ? number : otherwise;
}

// AB12 -> 28; 0 without letters.
std::size_t column_of(std::string_view reference)
{
    std::size_t column = 0;
    for (const char letter : reference.substr(0, 3)) {
        const bool is_upper = letter >= 'A' && letter <= 'Z';
        if (!is_upper && !(letter >= 'a' && letter <= 'z')) break;
        column = column * 26 + static_cast<std::size_t>(letter - (is_upper ? 'A' : 'a')) + 1;
    }
    return column;
}

} // namespace

XlsxRecords::XlsxRecords(std::shared_ptr<const XlsxWorkbook> workbook, const std::string& part)
    : workbook_(std::move(workbook)), stream_(workbook_->open(part), *this)
{
}

bool XlsxRecords::next()
{
    while (rows_.empty())
        if (!stream_.feed() && rows_.empty()) return false;
    shown_ = std::move(rows_.front());
    rows_.pop_front();
    line_ = shown_.line;
    too_wide_ = shown_.too_wide;
    fault_ = shown_.lacks_result
                 ? "a formula whose result the file does not hold: open it in Excel, save it and upload it again"
                 : "";
    fields_.clear();
    for (const std::string& cell : shown_.cells)
        fields_.push_back(trimmed_cell(cell));
    return true;
}

void XlsxRecords::on_start(std::string_view name, const XmlAttributes& attributes)
{
    if (name == "row")
        begin_row(attributes);
    else if (name == "c" && in_row_)
        begin_cell(attributes);
    else if (name == "rPh")
        in_reading_aid_ = true;
    has_formula_ |= in_cell_ && name == "f";
    has_value_ |= in_cell_ && name == "v";
    in_text_ = in_cell_ && !in_reading_aid_ && (name == "v" || name == "t");
}

void XlsxRecords::begin_row(const XmlAttributes& attributes)
{
    row_ = {};
    row_.line = parse_number(attributes.get("r"), last_line_ + 1);
    last_line_ = row_.line;
    column_ = 0;
    in_row_ = true;
}

void XlsxRecords::begin_cell(const XmlAttributes& attributes)
{
    const std::size_t column = column_of(attributes.get("r"));
    column_ = column > 0 ? column : column_ + 1;
    type_ = attributes.get("t");
    style_ = parse_number(attributes.get("s"), std::size_t{0});
    text_.clear();
    has_formula_ = has_value_ = false;
    in_cell_ = true;
}

void XlsxRecords::on_text(std::string_view text)
{
    if (in_text_ && text_.size() <= ListLimits::field_bytes) text_.append(text);
}

void XlsxRecords::on_end(std::string_view name)
{
    if (name == "v" || name == "t") in_text_ = false;
    if (name == "rPh") in_reading_aid_ = false;
    if (name == "c" && in_cell_) end_cell();
    if (name != "row" || !in_row_) return;
    in_row_ = false;
    rows_.push_back(std::move(row_));
}

void XlsxRecords::end_cell()
{
    in_cell_ = false;
    row_.lacks_result |= has_formula_ && !has_value_;
    std::string text = value();
    if (text.empty()) return;
    if (column_ > ListLimits::columns) {
        row_.too_wide = true;
        return;
    }
    row_.bytes += text.size();
    if (row_.bytes > ListLimits::row_bytes) return;
    if (row_.cells.size() < column_) row_.cells.resize(column_);
    row_.cells[column_ - 1] = std::move(text);
}

std::string XlsxRecords::value() const
{
    if (type_ == "s") {
        const auto index = parse_number(text_, ~std::size_t{0});
        return std::string(workbook_->strings().at(index));
    }
    if (type_ == "b") return text_.empty() ? "" : text_ == "0" ? "FALSE" : "TRUE";
    if (type_ == "e" || type_ == "d") return text_;
    if (type_ == "str" || type_ == "inlineStr") {
        std::string text;
        append_unescaped(text, cut_text(text_, ListLimits::field_bytes));
        return text;
    }
    if (text_.empty()) return "";
    return workbook_->styles().is_date(style_) ? date_text(text_, workbook_->begins_in_1904()) : number_text(text_);
}

} // namespace waybill::recipients
