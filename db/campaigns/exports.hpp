#pragma once

#include "db/postgres/replica.hpp"
#include "db/types/types.hpp"

#include <boost/asio/awaitable.hpp>

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace waybill::db
{

// A message as it is exported. The texts are PostgreSQL's and live as long as the call that gets them.
struct ExportedMessage
{
    MessageId id = 0;
    std::string_view row, recipient, customer_name, status, sid, body; // without a sid: empty
    std::optional<int> error_code;
    int segments = 0;
    Time created_at;
    std::optional<Time> claimed_at, accepted_at, sent_at, completed_at, read_at;
    std::string_view reference, metadata_json; // its own
};

struct ExportedRejection
{
    std::string_view message;   // for people: `Invalid phone number format`
    std::string_view data_json; // the row as an object, header -> value, in column order
};

// Appends a row to the text; called on a DB thread.
template <class Row>
using WriteRow = std::function<void(std::string& text, const Row& row)>;

struct ExportPage
{
    std::string text;
    std::optional<std::int64_t> next; // pass as `after` for the next page; empty: there is none
};

// What is exported, as text, page by page in the order of the upload. Each page is a transaction of its own, so that
// nothing is held while a slow client reads.
class Exports
{
public:
    explicit Exports(Database& bulk) : Exports(bulk, Reads(bulk)) {}
    Exports(Database& bulk, Reads reads) : bulk_(bulk), reads_(reads) {}

    // For the pages of one export: none of them lacks what was committed before the first one.
    Exports from_now() const { return {bulk_, reads_.from_now()}; }

    asio::awaitable<ExportPage> messages(std::int64_t campaign_id, std::int64_t after, int limit,
                                         WriteRow<ExportedMessage> write);
    // The same with times as clocks in that zone show them.
    asio::awaitable<ExportPage> messages_in_zone(std::int64_t campaign_id, std::int64_t after, int limit,
                                                 std::string zone, WriteRow<ExportedMessage> write);

    // Work that takes long, on a DB thread.
    asio::awaitable<void> run(std::function<void()> work);

    asio::awaitable<ExportPage> rejected_rows(std::int64_t campaign_id, std::int64_t after, int limit,
                                              WriteRow<ExportedRejection> write);

private:
    Database& bulk_;
    Reads reads_;
};

} // namespace waybill::db
