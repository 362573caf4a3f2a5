#include "db/callbacks.hpp"

#include "db/array_literal.hpp"
#include "db/events.hpp"
#include "db/micros.hpp"
#include "db/refused_recipients.hpp"
#include "db/statements.hpp"

#include <algorithm>
#include <unordered_set>
#include <utility>
#include <vector>

namespace waybill::db
{

const Statement keep_stray_statement{"keep_stray", R"sql(
insert into stray_receipts (reason, message_id, received_at, account_sid, error_code, status, sid, raw_dlr_done_date,
                            idempotency_token, extra, fingerprint)
values ($1, $2, timestamptz 'epoch' + $3::bigint * interval '1 microsecond', $4, $5, $6, $7, nullif($8, ''), nullif($9, ''),
        nullif($10, '')::jsonb, $11)
    on conflict do nothing)sql"};

namespace
{

Event to_event(const StatusCallback& callback)
{
    Event event;
    event.message_id = callback.message_id;
    event.at = callback.received_at;
    event.word = callback.status;
    event.status = from_twilio_status(callback.status);
    event.proves_acceptance = true;
    event.sid = callback.message_sid;
    event.error_code = callback.error_code;
    event.raw_dlr_done_date = callback.raw_dlr_done_date;
    event.idempotency_token = callback.idempotency_token;
    event.extra_json = callback.extra_json;
    return event;
}

struct Stray
{
    const char* reason;
    const StatusCallback& callback;
    std::int64_t fingerprint = db::fingerprint(EventSource::receipt, to_event(callback));
};

void keep(Transaction& tx, const Stray& stray)
{
    const StatusCallback& callback = stray.callback;
    tx.exec(keep_stray_statement, stray.reason, callback.message_id, micros(callback.received_at), callback.account_sid,
            callback.error_code, callback.status, callback.message_sid, callback.raw_dlr_done_date,
            callback.idempotency_token, callback.extra_json, stray.fingerprint);
}

// After all else and in one order, so that two processes never wait for each other in a circle.
void keep_all(Transaction& tx, const std::vector<Stray>& strays)
{
    std::vector<const Stray*> ordered;
    for (const Stray& stray : strays)
        ordered.push_back(&stray);
    std::ranges::sort(ordered, {},
                      [](const Stray* stray) { return std::pair(stray->callback.message_id, stray->fingerprint); });
    for (const Stray* stray : ordered)
        keep(tx, *stray);
}

AppliedCallbacks apply_all(Transaction& tx, std::span<const StatusCallback> callbacks, const std::string& account_sid)
{
    AppliedCallbacks applied;
    std::vector<Event> events;
    std::vector<const StatusCallback*> sources;
    std::vector<Stray> strays;
    events.reserve(callbacks.size());
    sources.reserve(callbacks.size());
    for (const StatusCallback& callback : callbacks) {
        if (!callback.account_sid.empty() && callback.account_sid != account_sid) {
            strays.push_back({"other account", callback});
            continue;
        }
        events.push_back(to_event(callback));
        sources.push_back(&callback);
    }
    const Recorded recorded = record_events(tx, EventSource::receipt, events);
    for (const std::size_t index : recorded.stray)
        strays.push_back({"unknown message", *sources[index]});
    keep_all(tx, strays);
    applied.kept = recorded.kept;
    applied.repeated = recorded.known - recorded.kept;
    applied.stray = static_cast<std::int64_t>(strays.size());
    applied.lag = recorded.receipt_lag;
    return applied;
}

// The usual batch is one statement; an opt-out belongs into the transaction of the receipt that tells it.
bool is_one_statement(std::span<const StatusCallback> callbacks)
{
    std::unordered_set<MessageId> seen;
    seen.reserve(callbacks.size());
    return std::ranges::all_of(callbacks, [&](const StatusCallback& each) {
        return seen.insert(each.message_id).second && each.error_code != opted_out_code;
    });
}

} // namespace

// Strays are kept by statements of their own, before anybody is told that the receipts are durable.
asio::awaitable<AppliedCallbacks> Callbacks::apply(std::span<const StatusCallback> callbacks)
{
    auto job = [callbacks, this](Transaction& tx) { return apply_all(tx, callbacks, account_sid_); };
    if (is_one_statement(callbacks)) return database_.autocommit(std::move(job));
    return database_.transact(std::move(job));
}

} // namespace waybill::db
