// write_xlsx PATH: writes an .xlsx as a spreadsheet program saves it, with shared strings and real dates, from the
// tab-separated lines on its standard input: a heading line, then name, phone number, last order date (YYYY-MM-DD) and
// dish.

#include <algorithm>
#include <charconv>
#include <iostream>
#include <string>
#include <string_view>
#include <xlsxwriter.h>

namespace
{

int number(std::string_view digits)
{
    int value = 0;
    std::from_chars(digits.data(), digits.data() + digits.size(), value);
    return value;
}

lxw_datetime date(std::string_view text)
{
    lxw_datetime day{};
    day.year = number(text.substr(0, 4));
    day.month = number(text.substr(5, 2));
    day.day = number(text.substr(8, 2));
    return day;
}

} // namespace

int main(int argument_count, char** arguments)
{
    if (argument_count != 2) {
        std::cerr << "usage: write_xlsx PATH\n";
        return 2;
    }
    lxw_workbook* workbook = workbook_new(arguments[1]);
    lxw_worksheet* sheet = workbook_add_worksheet(workbook, nullptr);
    lxw_format* dates = workbook_add_format(workbook);
    format_set_num_format(dates, "m/d/yyyy");

    std::string line;
    for (lxw_row_t row = 0; std::getline(std::cin, line); ++row) {
        std::string_view rest = line;
        for (lxw_col_t column = 0; column < 4; ++column) {
            const std::size_t end = std::min(rest.find('\t'), rest.size());
            const std::string cell{rest.substr(0, end)};
            rest.remove_prefix(std::min(end + 1, rest.size()));
            if (row > 0 && column == 2) {
                lxw_datetime day = date(cell);
                worksheet_write_datetime(sheet, row, column, &day, dates);
            }
            else {
                worksheet_write_string(sheet, row, column, cell.c_str(), nullptr);
            }
        }
    }
    return workbook_close(workbook) == LXW_NO_ERROR ? 0 : 1;
}
