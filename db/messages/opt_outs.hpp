#pragma once

#include "db/postgres/database.hpp"
#include "db/requests/audit.hpp"
#include "db/types/types.hpp"

#include <boost/asio/awaitable.hpp>

#include <optional>
#include <string>
#include <vector>

namespace waybill::db
{

struct OptOut
{
    std::string phone_number; // E.164
    std::string source;       // where it came from: reply, operator, twilio
    Time created_at;
    std::string campaign; // public id of the campaign that was answered; empty when there was none
};

struct OptOutPage
{
    std::vector<OptOut> opt_outs; // by number
    bool more = false;            // pass the last number as `above` for the next page
};

struct AddedOptOut
{
    OptOut opt_out; // as it stands; the earlier one when it is not new
    bool is_new = false;
};

// What a search looks for: a whole number, which an index finds, or some digits in a row, which read every number.
struct OptOutSearch
{
    std::string digits; // empty: all
    bool is_whole = false;
};

// A search for some digits was ended by its deadline.
struct SearchTooSlow
{
};

// Who is not to be texted, whatever is uploaded.
class OptOuts
{
public:
    explicit OptOuts(Database& database) : database_(database) {}

    // The numbers above that one (empty: from the first one on) that the search finds. Throws SearchTooSlow,
    // and Abandoned when the caller leaves.
    asio::awaitable<OptOutPage> list(int limit, std::string above, OptOutSearch search, CallerLeft caller = nullptr);

    asio::awaitable<std::optional<OptOut>> find(std::string phone_number);
    asio::awaitable<AddedOptOut> add(std::string phone_number, Actor by); // by an operator
    asio::awaitable<bool> lift(std::string phone_number, Actor by);       // false when there was none

private:
    Database& database_;
};

} // namespace waybill::db
