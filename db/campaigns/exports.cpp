#include "db/campaigns/exports.hpp"

#include "db/postgres/transaction.hpp"

#include <charconv>
#include <utility>

namespace waybill::db
{

namespace
{

constexpr std::size_t usual_row_bytes = 256;

std::string_view text_of(const pqxx::field& field)
{
    return {field.c_str(), field.size()};
}

std::int64_t number_of(const pqxx::field& field)
{
    std::int64_t number = 0;
    std::from_chars(field.c_str(), field.c_str() + field.size(), number);
    return number;
}

std::optional<Time> time_of(const pqxx::field& seconds)
{
    if (seconds.is_null()) return std::nullopt;
    return Time(std::chrono::seconds(number_of(seconds)));
}

Time creation_time(MessageId id)
{
    return Time(std::chrono::seconds(id >> 30));
}

ExportedMessage read_message(const pqxx::row& row)
{
    ExportedMessage message;
    message.id = number_of(row[0]);
    message.row = text_of(row[1]);
    message.recipient = text_of(row[2]);
    message.customer_name = text_of(row[3]);
    message.status = text_of(row[4]);
    message.sid = text_of(row[5]);
    if (!row[6].is_null()) message.error_code = static_cast<int>(number_of(row[6]));
    message.segments = static_cast<int>(number_of(row[7]));
    message.created_at = creation_time(message.id);
    message.body = text_of(row[8]);
    message.claimed_at = time_of(row[9]);
    message.accepted_at = time_of(row[10]);
    message.sent_at = time_of(row[11]);
    message.completed_at = time_of(row[12]);
    message.read_at = time_of(row[13]);
    message.reference = text_of(row[14]);
    message.metadata_json = text_of(row[15]);
    return message;
}

ExportedRejection read_rejection(const pqxx::row& row)
{
    return {text_of(row[1]), text_of(row[2])};
}

// The first column is the key of the page.
template <class Row, class Read>
ExportPage write_page(const pqxx::result& rows, int limit, Read read, const WriteRow<Row>& write)
{
    ExportPage page;
    page.text.reserve(static_cast<std::size_t>(rows.size()) * usual_row_bytes);
    for (const pqxx::row& row : rows)
        write(page.text, read(row));
    if (static_cast<int>(rows.size()) == limit) page.next = number_of(rows.back()[0]);
    return page;
}

} // namespace

asio::awaitable<ExportPage> Exports::messages(std::int64_t campaign_id, std::int64_t after, int limit,
                                              WriteRow<ExportedMessage> write)
{
    return reads_.transact_for(nullptr, [campaign_id, after, limit, write = std::move(write)](Transaction& tx) {
        return write_page(tx.exec("export_messages", campaign_id, after, limit), limit, read_message, write);
    });
}

asio::awaitable<ExportPage> Exports::messages_in_zone(std::int64_t campaign_id, std::int64_t after, int limit,
                                                      std::string zone, WriteRow<ExportedMessage> write)
{
    return reads_.transact_for(
        nullptr, [campaign_id, after, limit, zone = std::move(zone), write = std::move(write)](Transaction& tx) {
            const auto read = [](const pqxx::row& row) {
                ExportedMessage message = read_message(row);
                message.created_at = time_of(row[16]).value();
                return message;
            };
            return write_page(tx.exec("export_messages_in_zone", campaign_id, after, limit, zone), limit, read, write);
        });
}

asio::awaitable<void> Exports::run(std::function<void()> work)
{
    return bulk_.transact([work = std::move(work)](Transaction&) { work(); });
}

asio::awaitable<ExportPage> Exports::rejected_rows(std::int64_t campaign_id, std::int64_t after, int limit,
                                                   WriteRow<ExportedRejection> write)
{
    return reads_.transact_for(nullptr, [campaign_id, after, limit, write = std::move(write)](Transaction& tx) {
        return write_page(tx.exec("export_rejected", campaign_id, after, limit), limit, read_rejection, write);
    });
}

} // namespace waybill::db
