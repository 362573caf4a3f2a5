#include "db/requests/idempotency.hpp"

#include "db/postgres/transaction.hpp"

namespace waybill::db
{

KeyUse use_key(Transaction& tx, const IdempotencyKey& key)
{
    const std::string fingerprint = key.fingerprint();
    if (!tx.exec("claim_key", key.key, fingerprint).empty()) return NewKey{};
    const pqxx::row row = tx.exec("find_key", key.key).at(0);
    if (row["fingerprint"].as<std::string>() != fingerprint) return KeyConflict{};
    FirstUse first{row["campaign"].as<std::string>(), std::nullopt, row["reply"].as<std::string>()};
    if (!row["message_id"].is_null()) first.message = row["message_id"].as<MessageId>();
    return first;
}

} // namespace waybill::db
