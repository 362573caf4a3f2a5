#include "db/messages/refused_recipients.hpp"

#include "db/postgres/array_literal.hpp"
#include "db/postgres/statements.hpp"
#include "db/postgres/transaction.hpp"
#include "db/types/micros.hpp"

namespace waybill::db
{

// $1 messages, $2 when they were refused. Who has said START since is not opted out by what is told again, or late.
const Statement opt_out_refused_statement{"opt_out_refused", R"sql(
insert into opt_outs (phone_number, source, campaign_id)
select distinct on (m.recipient) m.recipient, 'twilio', m.campaign_id
  from unnest($1::bigint[], $2::bigint[]) as refused(message_id, at_micros) join messages m on m.id = refused.message_id
 where not exists (
     select from inbound_messages
      where sender = m.recipient and keyword = 'start'
        and received_at > timestamptz 'epoch' + refused.at_micros * interval '1 microsecond')
 order by m.recipient
    on conflict (phone_number) do nothing)sql"};

void opt_out_refused(Transaction& tx, std::span<const HistoryEntry> entries)
{
    ArrayLiteral ids, times;
    bool any = false;
    for (const HistoryEntry& entry : entries) {
        if (entry.error_code != opted_out_code) continue;
        ids.add(entry.message_id);
        times.add(micros(entry.at));
        any = true;
    }
    if (any) tx.exec(opt_out_refused_statement, ids.take(), times.take());
}

} // namespace waybill::db
