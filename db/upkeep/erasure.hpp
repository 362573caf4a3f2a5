#pragma once

#include "db/postgres/database.hpp"
#include "db/requests/audit.hpp"
#include "db/types/types.hpp"

#include <boost/asio/awaitable.hpp>

#include <cstdint>
#include <string>
#include <vector>

namespace waybill::db
{

// Everything that is stored about a number, newest first, at most 200 of each.
struct Person
{
    struct Text
    {
        MessageId id = 0;
        std::string campaign; // public id; empty: a single message
        std::string name, body, status;
        Time at;
    };
    struct Reply
    {
        std::string sid, body;
        Time at;
    };
    struct OptOutEvent
    {
        std::string event, source, principal, message_sid;
        Time at;
    };
    bool opted_out = false;
    std::vector<Text> messages;
    std::vector<Reply> replies;
    std::vector<OptOutEvent> opt_outs;
};

struct Erased
{
    std::int64_t messages = 0, replies = 0;
    bool stays_opted_out = false;
};

// A row of a list that was rejected, as it was uploaded.
struct KeptRow
{
    std::int64_t campaign_id = 0;
    std::int64_t row_number = 0;
    std::string data_json;
};

// Removes a person's name, number and texts from every table; ids and counters stay. Needs the privacy key.
class Erasure
{
public:
    explicit Erasure(Database& database) : database_(database) {}

    asio::awaitable<Person> find(std::string number);

    // Ends what has not left. Returns how many messages are in flight: erase() comes when none is.
    asio::awaitable<std::int64_t> cancel_pending(std::string number, Time now);

    // Rejected rows that may be the person's: a cell has the last digits of the number, with whatever between them.
    asio::awaitable<std::vector<KeptRow>> rows_like(std::string number);

    // With the rows that are the person's; of these only the places count.
    asio::awaitable<Erased> erase(std::string number, std::vector<KeptRow> rows, Actor by);

    // The same for people of whom no rejected row is kept, in one transaction and one row of the audit log.
    asio::awaitable<void> erase_many(std::vector<std::string> numbers, Action action);

    // Whether this process has the key that people of this database were erased with; true if none was.
    asio::awaitable<bool> key_matches();

private:
    Database& database_;
};

} // namespace waybill::db
