#include "server/recipients/rows/list_opening.hpp"

#include "server/recipients/columns/header_key.hpp"
#include "server/recipients/csv/csv_dialect.hpp"
#include "server/recipients/file/cell_text.hpp"
#include "server/recipients/file/file_kind.hpp"
#include "server/recipients/rows/list_head.hpp"
#include "server/recipients/xlsx/rows.hpp"

#include <algorithm>
#include <utility>

namespace waybill::recipients
{

namespace
{

constexpr std::size_t shown_row_count = 5;
constexpr std::size_t shown_cell_bytes = 60;

using OpenRecords = std::function<std::unique_ptr<Records>()>;

std::string joined(const std::vector<std::string>& names)
{
    std::string text;
    for (const std::string& name : names)
        text.append(text.empty() ? "" : ", ").append(name);
    return text;
}

std::string missing_sentence(const Columns& columns)
{
    std::string names;
    for (const Required column : columns.missing())
        names.append(names.empty() ? "" : ", ").append(required_columns[static_cast<std::size_t>(column)]);
    const std::vector<std::string> found = columns.labels();
    return "Missing required columns: " + names + ". " +
           (found.empty() ? "The list has no header line" : "The list has: " + joined(found));
}

// A table whose header line was found.
struct Table
{
    Columns columns;
    SampleRows first_rows;
    OpenRecords rows;
};

SampleRows shown_rows(const ListHead& head, std::size_t first)
{
    SampleRows rows;
    for (std::size_t i = first; i < head.rows.size() && rows.size() < shown_row_count; ++i) {
        std::vector<std::string>& row = rows.emplace_back();
        for (const std::string& cell : head.rows[i].cells)
            row.emplace_back(cut_text(cell, shown_cell_bytes));
    }
    return rows;
}

std::optional<Table> find_table(const OpenRecords& open, const ListChoices& choices,
                                const IsPhoneNumber& is_phone_number)
{
    const ListHead head = read_head(*open());
    const auto header = header_index(head, choices.columns);
    if (!header) return std::nullopt;
    const bool has_header = !is_customer(head.rows[*header], is_phone_number);
    const std::size_t first = *header + has_header;
    Table table;
    table.columns = has_header ? columns_of(head, *header, choices.columns, is_phone_number)
                               : nameless_columns_of(head, first, choices.columns, is_phone_number);
    table.first_rows = shown_rows(head, first);
    table.rows = [open, last_skipped = first == 0 ? 0 : head.rows[first - 1].line] {
        std::unique_ptr<Records> records = open();
        while (last_skipped > 0 && records->next() && records->line() < last_skipped) {
        }
        return records;
    };
    return table;
}

OpenedList opened(Table table)
{
    if (!table.columns.missing().empty()) throw MissingColumns(table.columns);
    OpenedList list;
    list.description.questions = table.columns.questions;
    list.description.columns = std::move(table.columns);
    list.description.first_rows = std::move(table.first_rows);
    list.rows = std::move(table.rows);
    return list;
}

OpenedList open_text(const ListFile& file, const ListChoices& choices, const IsPhoneNumber& is_phone_number)
{
    if (!choices.sheet.empty())
        throw UnfitChoice("sheet", "The file is not a workbook and has no sheets; leave the field out");
    const CsvDialect dialect = dialect_of(file);
    const auto open = [file, dialect] { return std::make_unique<CsvRecords>(file, dialect); };
    auto table = find_table(open, choices, is_phone_number);
    if (!table) throw ListError("The file is empty");
    OpenedList list = opened(std::move(*table));
    list.description.format = "csv";
    list.description.encoding = open()->encoding();
    list.description.delimiter = dialect.delimiter;
    return list;
}

// How much a table looks like a list of customers; 0 when columns are missing.
int grade_of(const Table& table)
{
    if (!table.columns.missing().empty()) return 0;
    return table.columns.questions.empty() ? 2 : 1;
}

class SheetSearch
{
public:
    SheetSearch(std::shared_ptr<const XlsxWorkbook> workbook, const ListChoices& choices,
                const IsPhoneNumber& is_phone_number)
        : workbook_(std::move(workbook)), choices_(choices), is_phone_number_(is_phone_number)
    {
    }

    std::pair<std::string, Table> run()
    {
        if (!choices_.sheet.empty()) return named_sheet();
        std::optional<std::pair<std::string, Table>> best;
        for (const XlsxSheet& sheet : workbook_->sheets()) {
            if (sheet.is_hidden) continue;
            auto table = fitting_table(sheet);
            if (table && (!best || grade_of(*table) > grade_of(best->second))) best = {sheet.name, std::move(*table)};
            if (best && grade_of(best->second) == 2) break;
        }
        if (best) return std::move(*best);
        if (unfit_) throw *unfit_;
        throw ListError("The workbook is empty: none of its visible sheets holds a row");
    }

private:
    std::optional<Table> table_of(const XlsxSheet& sheet) const
    {
        const auto open = [workbook = workbook_, part = sheet.part] {
            return std::make_unique<XlsxRecords>(workbook, part);
        };
        return find_table(open, choices_, is_phone_number_);
    }

    // The columns that the request names may stand in another sheet.
    std::optional<Table> fitting_table(const XlsxSheet& sheet)
    {
        try {
            return table_of(sheet);
        }
        catch (const UnfitChoice& error) {
            if (!unfit_) unfit_ = error;
            return std::nullopt;
        }
    }

    std::pair<std::string, Table> named_sheet() const
    {
        const auto& sheets = workbook_->sheets();
        auto sheet = std::ranges::find(sheets, choices_.sheet, &XlsxSheet::name);
        if (sheet == sheets.end())
            sheet = std::ranges::find_if(
                sheets, [this](const XlsxSheet& each) { return header_key(each.name) == header_key(choices_.sheet); });
        std::vector<std::string> names;
        std::ranges::transform(sheets, std::back_inserter(names), &XlsxSheet::name);
        if (sheet == sheets.end())
            throw UnfitChoice("sheet",
                              "The workbook has no sheet \"" + choices_.sheet + "\"; it has: " + joined(names));
        auto table = table_of(*sheet);
        if (!table) throw ListError("The sheet \"" + sheet->name + "\" is empty");
        return {sheet->name, std::move(*table)};
    }

    std::shared_ptr<const XlsxWorkbook> workbook_;
    const ListChoices& choices_;
    const IsPhoneNumber& is_phone_number_;
    std::optional<UnfitChoice> unfit_;
};

OpenedList open_workbook(const ListFile& file, const ListChoices& choices, const IsPhoneNumber& is_phone_number)
{
    const auto workbook = std::make_shared<const XlsxWorkbook>(file);
    auto [sheet, table] = SheetSearch(workbook, choices, is_phone_number).run();
    OpenedList list = opened(std::move(table));
    list.begins_in_1904 = workbook->begins_in_1904();
    list.description.format = "xlsx";
    list.description.sheet = std::move(sheet);
    for (const XlsxSheet& each : workbook->sheets())
        list.description.sheets.push_back(each.name);
    return list;
}

} // namespace

MissingColumns::MissingColumns(const Columns& columns) : ListError(missing_sentence(columns)), found_(columns.labels())
{
    for (const Required column : columns.missing())
        missing_.emplace_back(required_columns[static_cast<std::size_t>(column)]);
}

OpenedList open_list(const ListFile& file, const ListChoices& choices, const IsPhoneNumber& is_phone_number)
{
    if (kind_of(file) == FileKind::zip) return open_workbook(file, choices, is_phone_number);
    return open_text(file, choices, is_phone_number);
}

} // namespace waybill::recipients
