#pragma once

#include "db/postgres/database.hpp"
#include "db/requests/audit.hpp"
#include "db/types/types.hpp"

#include <boost/asio/awaitable.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace waybill::db
{

// What the database role of this process may do beyond what it must.
struct RoleFacts
{
    bool is_superuser = false;
    bool may_change_audit = false;
};

asio::awaitable<RoleFacts> read_role_facts(Database& database);

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

// Removes a person's name, number and texts from every table; ids and counters stay. Needs the privacy key.
class Erasure
{
public:
    explicit Erasure(Database& database) : database_(database) {}

    asio::awaitable<Person> find(std::string number);

    // Ends what has not left. Returns how many messages are in flight: erase() comes when none is.
    asio::awaitable<std::int64_t> cancel_pending(std::string number, Time now);

    asio::awaitable<Erased> erase(std::string number, Actor by);

    // Whether this process has the key that people of this database were erased with; true if none was.
    asio::awaitable<bool> key_matches();

private:
    Database& database_;
};

} // namespace waybill::db
