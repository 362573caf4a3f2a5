#include "server/recipients/rows/list_head.hpp"

#include "server/recipients/columns/header_key.hpp"
#include "server/recipients/columns/heading_words.hpp"
#include "server/recipients/file/cell_text.hpp"
#include "server/recipients/file/list_file.hpp"

#include <algorithm>
#include <set>

namespace waybill::recipients
{

namespace
{

constexpr std::size_t head_rows = 200;
constexpr std::size_t max_title_rows = 20;
constexpr std::size_t kept_cell_bytes = 500;

// How many different things its cells are headings of; a column that the request names counts as well.
std::size_t headings_in(const ListHead::Row& row, const ColumnChoice& choice)
{
    std::set<std::string> chosen;
    for (const std::string& header : choice.name)
        chosen.insert(header_key(header));
    for (const std::string* header : {&choice.phone, &choice.last_order_date, &choice.consent})
        if (!header->empty()) chosen.insert(header_key(*header));
    std::set<Role> roles;
    std::size_t named = 0;
    for (const std::string& cell : row.cells) {
        if (cell.empty()) continue;
        named += chosen.contains(header_key(cell));
        if (const auto heading = heading_of(cell)) roles.insert(heading->role);
    }
    return roles.size() + named;
}

std::size_t filled_cells(const ListHead::Row& row)
{
    return static_cast<std::size_t>(std::ranges::count_if(row.cells, [](const auto& cell) { return !cell.empty(); }));
}

void check_limits(const ListHead::Row& row)
{
    if (row.is_too_wide)
        throw ListError("There are more than " + std::to_string(ListLimits::columns) + " columns in the header line");
    if (row.bytes > ListLimits::header_bytes)
        throw ListError("The header line is longer than " + std::to_string(ListLimits::header_bytes) + " bytes");
}

} // namespace

ListHead read_head(Records& records)
{
    ListHead head;
    while (head.rows.size() < head_rows && records.next()) {
        if (is_blank(records.fields())) continue;
        ListHead::Row row{records.line(), {}, 0, records.is_too_wide()};
        for (const std::string_view field : records.fields()) {
            row.bytes += field.size();
            row.cells.emplace_back(cut_text(field, kept_cell_bytes));
        }
        head.rows.push_back(std::move(row));
    }
    return head;
}

std::optional<std::size_t> header_index(const ListHead& head, const ColumnChoice& choice)
{
    if (head.rows.empty()) return std::nullopt;
    const std::size_t last = std::min(head.rows.size(), max_title_rows);
    std::size_t best = 0, best_count = 0;
    for (std::size_t i = 0; i < last; ++i)
        if (const std::size_t count = headings_in(head.rows[i], choice); count > best_count) {
            best = i;
            best_count = count;
        }
    if (best_count >= 2) return best;
    for (std::size_t i = 0; i < last; ++i)
        if (filled_cells(head.rows[i]) >= 2) return i;
    return best;
}

bool is_customer(const ListHead::Row& row, const IsPhoneNumber& is_phone_number)
{
    return headings_in(row, {}) == 0 && std::ranges::any_of(row.cells, is_phone_number);
}

Columns nameless_columns_of(const ListHead& head, std::size_t first, const ColumnChoice& choice,
                            const IsPhoneNumber& is_phone_number)
{
    check_limits(head.rows[first]);
    SampleRows rows;
    std::size_t width = 0;
    for (std::size_t i = first; i < head.rows.size(); ++i) {
        rows.push_back(head.rows[i].cells);
        width = std::max(width, head.rows[i].cells.size());
    }
    const std::vector<std::string> header(width);
    return find_columns(header, rows, choice, is_phone_number);
}

Columns columns_of(const ListHead& head, std::size_t header, const ColumnChoice& choice,
                   const IsPhoneNumber& is_phone_number)
{
    const ListHead::Row& row = head.rows[header];
    check_limits(row);
    SampleRows rows;
    for (std::size_t i = header + 1; i < head.rows.size(); ++i)
        rows.push_back(head.rows[i].cells);
    return find_columns(row.cells, rows, choice, is_phone_number);
}

} // namespace waybill::recipients
