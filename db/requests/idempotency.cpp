#include "db/requests/idempotency.hpp"

#include "db/postgres/statements.hpp"

namespace waybill::db
{

// A key older than a day counts as new.
const Statement claim_key_statement{"claim_key", R"sql(
insert into idempotency_keys as k (key, fingerprint) values ($1, $2)
    on conflict (key) do update
       set fingerprint = excluded.fingerprint, campaign_id = null, message_id = null, reply = null, created_at = now()
     where k.created_at < now() - interval '24 hours'
returning key)sql"};

const Statement find_key_statement{"find_key", R"sql(
select k.fingerprint, coalesce(k.reply, '') as reply, coalesce(c.public_id, '') as campaign, k.message_id
  from idempotency_keys k left join campaigns c on c.id = k.campaign_id
 where k.key = $1)sql"};

KeyUse use_key(Transaction& tx, const IdempotencyKey& key)
{
    const std::string fingerprint = key.fingerprint();
    if (!tx.exec(claim_key_statement, key.key, fingerprint).empty()) return NewKey{};
    const pqxx::row row = tx.exec(find_key_statement, key.key).at(0);
    if (row["fingerprint"].as<std::string>() != fingerprint) return KeyConflict{};
    FirstUse first{row["campaign"].as<std::string>(), std::nullopt, row["reply"].as<std::string>()};
    if (!row["message_id"].is_null()) first.message = row["message_id"].as<MessageId>();
    return first;
}

} // namespace waybill::db
