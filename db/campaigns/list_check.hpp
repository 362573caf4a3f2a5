#pragma once

#include "db/postgres/database.hpp"
#include "db/types/types.hpp"

#include <boost/asio/awaitable.hpp>

namespace waybill::db
{

struct CheckedBatch
{
    RecipientBatch batch;
    bool has_more = false;
};

// Reads an upload batch by batch without storing anything.
class ListCheck
{
public:
    explicit ListCheck(Database& bulk) : bulk_(bulk) {}

    // The next batch, with recipients who have opted out among the rejected rows. Throws what `next` throws.
    asio::awaitable<CheckedBatch> batch(NextBatch next);

private:
    Database& bulk_;
};

// Moves recipients who have opted out to the rejected rows. Within a transaction.
void reject_opted_out(Transaction& tx, RecipientBatch& batch);

} // namespace waybill::db
