#include "server/api/campaigns/messages_csv.hpp"

#include "server/api/contract/timestamps.hpp"
#include "server/recipients/csv_cell.hpp"
#include "server/text/money.hpp"
#include "server/twilio/errors.hpp"

#include <charconv>

namespace waybill::api
{

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

} // namespace

std::string MessagesCsv::header()
{
    return "\xEF\xBB\xBFrow,customer_name,phone_number,status,error_code,error_meaning,segments,cost,created_at,"
           "claimed_at,accepted_at,sent_at,completed_at,read_at,sid,message_id\r\n";
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
    csv += "\r\n";
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

} // namespace waybill::api
