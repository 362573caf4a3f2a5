#include "server/api/campaigns/export_csv.hpp"

#include "config/ascii.hpp"
#include "server/api/contract/timestamps.hpp"
#include "server/recipients/columns/columns.hpp"
#include "server/recipients/csv/csv_cell.hpp"
#include "server/text/money.hpp"
#include "server/twilio/errors.hpp"

#include <boost/json/monotonic_resource.hpp>
#include <boost/json/parse.hpp>

#include <algorithm>
#include <charconv>
#include <string_view>

namespace waybill::api
{

namespace json = boost::json;

namespace
{

void append_number(std::string& csv, std::int64_t number)
{
    char digits[24];
    csv.append(digits, std::to_chars(digits, digits + sizeof digits, number).ptr);
}

void append_time(std::string& csv, const std::optional<db::Time>& time)
{
    csv += ',';
    if (time) append_iso8601(csv, *time);
}

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

std::string MessagesCsv::header()
{
    return "\xEF\xBB\xBFrow,customer_name,phone_number,status,error_code,error_meaning,segments,cost,created_at,"
           "claimed_at,accepted_at,sent_at,completed_at,read_at,sid,message_id,text,campaign,offer,offer_code,"
           "reference,metadata,message_reference,message_metadata\r\n";
}

MessagesCsv::MessagesCsv(const db::Campaign& campaign) : price_per_segment_(campaign.price_per_segment)
{
    for (const std::string* text :
         {&campaign.name, &campaign.offer, &campaign.offer_code, &campaign.reference, &campaign.metadata_json}) {
        end_ += ',';
        recipients::append_csv_cell(end_, *text);
    }
}

void MessagesCsv::append(std::string& csv, const db::ExportedMessage& message)
{
    csv.append(message.row) += ',';
    recipients::append_csv_cell(csv, message.customer_name);
    csv += ',';
    recipients::append_csv_cell(csv, message.recipient);
    csv.append(",").append(message.status) += ',';
    append_error(csv, message.error_code);
    csv += ',';
    append_number(csv, message.segments);
    csv += ',';
    csv += text::dollars(message.accepted_at ? message.segments * price_per_segment_ : 0);
    append_time(csv, message.created_at);
    append_time(csv, message.claimed_at);
    append_time(csv, message.accepted_at);
    append_time(csv, message.sent_at);
    append_time(csv, message.completed_at);
    append_time(csv, message.read_at);
    csv.append(",").append(message.sid) += ',';
    append_number(csv, message.id);
    csv += ',';
    recipients::append_csv_cell(csv, message.body);
    csv += end_;
    for (const std::string_view label : {message.reference, message.metadata_json}) {
        csv += ',';
        recipients::append_csv_cell(csv, label);
    }
    csv += line_end;
}

void MessagesCsv::append_error(std::string& csv, std::optional<int> code)
{
    if (!code) {
        csv += ',';
        return;
    }
    std::string& cells = error_cells_[*code];
    if (cells.empty()) {
        cells = std::to_string(*code) + ",";
        recipients::append_csv_cell(cells, twilio::explain_error(*code));
    }
    csv += cells;
}

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
