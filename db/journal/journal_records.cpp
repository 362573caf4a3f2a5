#include "db/journal/journal_records.hpp"

#include "config/ascii.hpp"
#include "db/types/stable_hash.hpp"

#include <algorithm>
#include <chrono>
#include <string>
#include <utility>
#include <vector>

namespace waybill::db::journal_records
{

using std::chrono::microseconds;

const char* const schema = R"sql(
create table if not exists receipts (
    place             integer primary key autoincrement,
    message_id        integer not null,
    received_micros   integer not null,
    message_sid       text not null,
    account_sid       text not null,
    status            text not null,
    error_code        integer,
    raw_dlr_done_date text not null,
    idempotency_token text not null,
    extra_json        text not null,
    checksum          integer not null,
    set_aside         integer not null default 0 -- refused by PostgreSQL or damaged: kept, not replayed
);
create index if not exists receipts_waiting on receipts (place) where not set_aside)sql";

const char* const insert_receipt = R"sql(
insert into receipts (message_id, received_micros, message_sid, account_sid, status, error_code, raw_dlr_done_date,
                      idempotency_token, extra_json, checksum)
values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?))sql";

const char* const select_first = R"sql(
select place, checksum, message_id, received_micros, message_sid, account_sid, status, error_code, raw_dlr_done_date,
       idempotency_token, extra_json
  from receipts
 where not set_aside and place > ?
 order by place
 limit ?)sql";

const char* const count_waiting = "select count(*) from receipts where not set_aside and place > ?";

namespace
{

constexpr const char* select_about = R"sql(
select place, checksum, message_id, received_micros, message_sid, account_sid, status, error_code, raw_dlr_done_date,
       idempotency_token, extra_json
  from receipts
 where instr(extra_json, ?) > 0)sql";

constexpr const char* replace_extra = "update receipts set extra_json = ?, checksum = ? where place = ?";

// A time beyond the clock's range was never written by us; its checksum shows that.
Time time_from(std::int64_t micros)
{
    constexpr auto latest = std::chrono::duration_cast<microseconds>(Time::duration::max()).count();
    return Time(microseconds(std::clamp(micros, -latest, latest)));
}

std::int64_t checksum(const Receipt& receipt)
{
    StableHash hash;
    hash.add(std::to_string(receipt.message_id)).add(std::to_string(micros(receipt.received_at)));
    hash.add(receipt.message_sid).add(receipt.account_sid).add(receipt.status);
    hash.add(receipt.error_code ? std::to_string(*receipt.error_code) : "");
    hash.add(receipt.raw_dlr_done_date).add(receipt.idempotency_token).add(receipt.extra_json);
    return hash.value();
}

Receipt read_receipt(sqlite::Query& query)
{
    Receipt receipt;
    receipt.message_id = query.number();
    receipt.received_at = time_from(query.number());
    receipt.message_sid = query.text();
    receipt.account_sid = query.text();
    receipt.status = query.text();
    receipt.error_code = query.optional_number();
    receipt.raw_dlr_done_date = query.text();
    receipt.idempotency_token = query.text();
    receipt.extra_json = query.text();
    return receipt;
}

bool names(const Receipt& receipt, std::string_view number)
{
    const std::string_view text = receipt.extra_json;
    for (std::size_t at = 0; (at = text.find(number, at)) != text.npos; at += number.size()) {
        const std::size_t end = at + number.size();
        if (end == text.size() || !config::is_digit(text[end])) return true;
    }
    return false;
}

} // namespace

void insert_one(sqlite::Query& query, const Receipt& receipt)
{
    query.bind(receipt.message_id).bind(micros(receipt.received_at)).bind(receipt.message_sid);
    query.bind(receipt.account_sid).bind(receipt.status).bind(receipt.error_code).bind(receipt.raw_dlr_done_date);
    query.bind(receipt.idempotency_token).bind(receipt.extra_json).bind(checksum(receipt));
    query.step();
}

bool read_one(sqlite::Query& query, JournaledReceipt& journaled)
{
    journaled.place = query.number();
    const std::int64_t stored = query.number();
    journaled.receipt = read_receipt(query);
    return checksum(journaled.receipt) == stored;
}

std::int64_t erase_number(sqlite::Connection& store, std::string_view number)
{
    sqlite::Transaction transaction(store);
    std::vector<std::pair<JournaledReceipt, bool>> found;
    sqlite::Query select(store, select_about);
    select.bind(number);
    while (select.step()) {
        JournaledReceipt journaled;
        const bool is_whole = read_one(select, journaled);
        if (names(journaled.receipt, number)) found.emplace_back(std::move(journaled), is_whole);
    }
    sqlite::Query update(store, replace_extra);
    for (auto& [journaled, is_whole] : found) {
        journaled.receipt.extra_json.clear();
        const std::int64_t sum = checksum(journaled.receipt);
        update.bind(std::string_view()).bind(is_whole ? sum : sum + 1).bind(journaled.place).step();
    }
    transaction.commit();
    if (!found.empty()) store.exec("pragma wal_checkpoint(truncate)"); // nor does the write-ahead log keep it
    return static_cast<std::int64_t>(found.size());
}

} // namespace waybill::db::journal_records
