#include "db/campaigns/list_check.hpp"

#include "db/postgres/arrays.hpp"
#include "db/postgres/privacy_key.hpp"
#include "db/postgres/transaction.hpp"

#include <algorithm>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <utility>

namespace waybill::db
{

asio::awaitable<CheckedBatch> ListCheck::batch(NextBatch next)
{
    return bulk_.transact([next = std::move(next)](Transaction& tx) {
        CheckedBatch checked;
        checked.has_more = next(checked.batch);
        if (!checked.batch.recipients.empty()) reject_opted_out(tx, checked.batch);
        return checked;
    });
}

namespace
{

// People who were erased are known by the tokens of their numbers alone.
void add_erased(Transaction& tx, const RecipientBatch& batch, std::unordered_set<std::string>& opted_out)
{
    if (!has_privacy_key() || !tx.exec("any_erased_opt_out").at(0)[0].as<bool>()) return;
    std::unordered_map<std::string, const std::string*> numbers;
    ArrayLiteral tokens;
    for (const Recipient& recipient : batch.recipients) {
        const auto added = numbers.emplace(token_of(recipient.phone_number), &recipient.phone_number);
        tokens.add(std::string_view(added.first->first));
    }
    for (const pqxx::row& row : tx.exec("erased_opt_outs", tokens.take()))
        opted_out.insert(*numbers.at(row[0].as<std::string>()));
}

} // namespace

void reject_opted_out(Transaction& tx, RecipientBatch& batch)
{
    ArrayLiteral numbers;
    for (const Recipient& recipient : batch.recipients)
        numbers.add(recipient.phone_number);
    std::unordered_set<std::string> opted_out;
    for (const pqxx::row& row : tx.exec("opted_out", numbers.take()))
        opted_out.insert(row[0].as<std::string>());
    add_erased(tx, batch, opted_out);
    if (opted_out.empty()) return;
    std::erase_if(batch.recipients, [&](Recipient& recipient) {
        if (!opted_out.contains(recipient.phone_number)) return false;
        batch.rejected.push_back(
            {recipient.row, RejectReason::opted_out, "Opted out", std::move(recipient.data_json), recipient.line, ""});
        return true;
    });
    std::ranges::sort(batch.rejected, {}, &RejectedRow::row);
}

} // namespace waybill::db
