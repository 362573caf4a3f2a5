#pragma once

#include "db/messages/messages.hpp"

#include <cstdint>
#include <string>
#include <vector>

// The labels of single recipients of a campaign.
namespace waybill::db
{

class Transaction;

// Of the message that the row becomes.
struct RowLabels
{
    std::int64_t row = 0;
    Labels labels;
};

// The principal has used these references of recipients for other messages; nothing was stored.
struct UsedReferences
{
    std::vector<std::string> references; // a few of them
};

// `rows` is in order. Rows that became no message are left out. Throws UsedReferences.
void keep_row_labels(Transaction& tx, std::int64_t campaign_id, const std::string& principal,
                     const std::vector<RowLabels>& rows);

} // namespace waybill::db
