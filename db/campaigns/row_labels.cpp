#include "db/campaigns/row_labels.hpp"

#include "db/postgres/arrays.hpp"

#include <algorithm>
#include <string_view>
#include <utility>

namespace waybill::db
{

void keep_row_labels(Transaction& tx, std::int64_t campaign_id, const std::string& principal,
                     const std::vector<RowLabels>& rows)
{
    if (rows.empty()) return;
    ArrayLiteral ids, references, metadata;
    auto next = rows.begin();
    for (const pqxx::row& message : tx.exec("rows_of_messages", campaign_id)) {
        const auto row = message[0].as<std::int64_t>();
        next = std::ranges::lower_bound(next, rows.end(), row, {}, &RowLabels::row);
        if (next == rows.end()) break;
        if (next->row != row) continue;
        ids.add(message[1].as<MessageId>());
        references.add(std::string_view(next->labels.reference));
        metadata.add(std::string_view(next->labels.metadata_json));
    }
    UsedReferences used;
    for (const pqxx::row& row : tx.exec("keep_row_labels", principal, ids.take(), references.take(), metadata.take()))
        used.references.push_back(row[0].as<std::string>());
    if (!used.references.empty()) throw std::move(used);
}

} // namespace waybill::db
