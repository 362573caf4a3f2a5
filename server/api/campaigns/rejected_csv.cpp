#include "server/api/campaigns/rejected_csv.hpp"

#include "config/ascii.hpp"
#include "server/recipients/columns.hpp"
#include "server/recipients/csv_cell.hpp"

#include <boost/json/monotonic_resource.hpp>
#include <boost/json/parse.hpp>

#include <algorithm>
#include <string_view>

namespace waybill::api
{

namespace json = boost::json;

namespace
{

constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF"; // without it some spreadsheets garble the names
constexpr std::string_view line_end = "\r\n";
constexpr std::string_view usual_name = "reason";
constexpr std::string_view other_name = "rejection_reason"; // when the upload has a column of the usual one

bool has_name(const json::key_value_pair& column, std::string_view name)
{
    return config::lower_case(column.key()) == name;
}

bool is_ours(const json::key_value_pair& column)
{
    return has_name(column, usual_name) || has_name(column, other_name);
}

} // namespace

std::string RejectedCsv::header_of_none()
{
    std::string csv(byte_order_mark);
    for (const std::string_view name : recipients::required_columns)
        csv.append(name) += ',';
    return csv.append(usual_name).append(line_end);
}

void RejectedCsv::append(std::string& csv, const db::ExportedRejection& row)
{
    unsigned char room[4096];
    json::monotonic_resource memory(room, sizeof room);
    const json::value parsed = json::parse(row.data_json, &memory);
    const json::object& columns = parsed.as_object();
    if (!begun_) append_header(csv, columns);
    std::size_t left = columns_;
    for (const auto& [name, value] : columns) {
        if (left-- == 0) break;
        recipients::append_csv_cell(csv, value.as_string());
        csv += ',';
    }
    recipients::append_csv_cell(csv, row.message);
    csv += line_end;
}

void RejectedCsv::append_header(std::string& csv, const json::object& row)
{
    begun_ = true;
    const auto& last = *std::prev(row.end());
    const bool has_earlier_reason = is_ours(last);
    columns_ = row.size() - has_earlier_reason;
    csv += byte_order_mark;
    const auto end = row.begin() + static_cast<std::ptrdiff_t>(columns_);
    for (auto column = row.begin(); column != end; ++column) {
        recipients::append_csv_cell(csv, column->key());
        csv += ',';
    }
    const bool is_taken =
        std::any_of(row.begin(), end, [](const auto& column) { return has_name(column, usual_name); });
    csv.append(is_taken ? other_name : usual_name).append(line_end);
}

} // namespace waybill::api
