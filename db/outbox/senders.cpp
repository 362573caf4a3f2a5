#include "db/outbox/senders.hpp"

#include "db/postgres/array_literal.hpp"
#include "db/postgres/statements.hpp"
#include "db/types/micros.hpp"

namespace waybill::db
{

const Statement pause_sender_statement{"pause_sender", R"sql(
insert into senders as s (sender, paused_at, pause_code, pause_reason, probe_at, probes)
values ($1, now(), $2, $3, now() + ($4::bigint[])[1] * interval '1 microsecond', 1)
    on conflict (sender) do update
   set paused_at = coalesce(s.paused_at, excluded.paused_at), pause_code = excluded.pause_code,
       pause_reason = excluded.pause_reason, probes = s.probes + 1,
       probe_at = now() + ($4::bigint[])[least(s.probes + 1, cardinality($4::bigint[]))] * interval '1 microsecond'
 where s.paused_at is null or $5::boolean
returning (extract(epoch from probe_at) * 1000000)::bigint)sql"};

const Statement resume_sender_statement{"resume_sender", R"sql(
update senders set paused_at = null, pause_code = null, pause_reason = null, probe_at = null, probes = 0
 where sender = $1 and paused_at is not null
returning sender)sql"};

const Statement probe_now_statement{"probe_now", R"sql(
update senders set probe_at = now(), probes = 0 where paused_at is not null)sql"};

const Statement list_senders_statement{"list_senders", R"sql(
select sender, pause_code, coalesce(pause_reason, '') as pause_reason,
       (extract(epoch from paused_at) * 1000000)::bigint as paused_micros,
       (extract(epoch from probe_at) * 1000000)::bigint as probe_micros
  from senders
 order by sender)sql"};

namespace
{

SenderState read_state(const pqxx::row& row)
{
    SenderState state;
    state.sender = row["sender"].as<std::string>();
    state.pause_reason = row["pause_reason"].as<std::string>();
    if (!row["pause_code"].is_null()) state.pause_code = row["pause_code"].as<int>();
    if (!row["paused_micros"].is_null()) state.paused_at = time_of(row["paused_micros"].as<std::int64_t>());
    if (!row["probe_micros"].is_null()) state.probe_at = time_of(row["probe_micros"].as<std::int64_t>());
    return state;
}

} // namespace

asio::awaitable<std::optional<Time>> Senders::pause(SenderFault fault, std::vector<std::chrono::milliseconds> delays)
{
    ArrayLiteral list;
    for (const std::chrono::microseconds delay : delays)
        list.add(delay.count());
    return database_.transact([fault = std::move(fault), delays = list.take()](Transaction& tx) -> std::optional<Time> {
        const pqxx::result rows =
            tx.exec(pause_sender_statement, fault.sender, fault.code, fault.reason, delays, fault.from_probe);
        if (rows.empty()) return std::nullopt;
        return time_of(rows[0][0].as<std::int64_t>());
    });
}

asio::awaitable<bool> Senders::resume(std::string sender)
{
    return database_.transact(
        [sender = std::move(sender)](Transaction& tx) { return !tx.exec(resume_sender_statement, sender).empty(); });
}

asio::awaitable<void> Senders::probe_now()
{
    return database_.transact([](Transaction& tx) { tx.exec(probe_now_statement); });
}

asio::awaitable<std::vector<SenderState>> Senders::list()
{
    return database_.transact([](Transaction& tx) {
        std::vector<SenderState> states;
        for (const pqxx::row& row : tx.exec(list_senders_statement))
            states.push_back(read_state(row));
        return states;
    });
}

} // namespace waybill::db
