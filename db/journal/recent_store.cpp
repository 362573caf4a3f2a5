#include "db/journal/recent_store.hpp"

#include <algorithm>
#include <utility>

namespace waybill::db
{

namespace
{

constexpr const char* file_name = "recent.sqlite";
constexpr std::int64_t bytes_of_page = 4'096;

// `through`: the highest ticket of each writer of which something was forgotten.
constexpr const char* recent_schema = R"sql(
create table if not exists process (id text not null);
create table if not exists through (writer text primary key, ticket integer not null);
create table if not exists commits (
    place        integer primary key autoincrement,
    writer       text not null,
    ticket       integer not null,
    at_micros    integer not null,
    last_receipt integer not null
);
create index if not exists commits_by_age on commits (at_micros);
create index if not exists commits_of_writer on commits (writer, ticket);
create table if not exists claims (
    message_id     integer primary key,
    claimed_micros integer not null,
    settled_micros integer -- null: its outcome is not recorded yet
);
create table if not exists replies (
    sid             text primary key,
    at_micros       integer not null,
    received_micros integer not null,
    sender          text not null,
    recipient       text not null,
    body            text not null,
    keyword         integer, -- null: none
    flags           integer not null,
    extra_json      text not null
))sql";

constexpr const char* forgotten_ticket = "select coalesce(max(ticket), 0) from through where writer = ?";
constexpr const char* last_ticket = "select coalesce(max(ticket), 0) from commits where writer = ?";

constexpr std::int64_t wish = 1, number_known = 2, lifts = 4; // flags of a reply

std::int64_t flags_of(const InboundMessage& reply)
{
    return (reply.looks_like_opt_out ? wish : 0) + (reply.from_is_number ? number_known : 0) +
           (reply.may_lift ? lifts : 0);
}

std::int64_t number_in(const TicketNumbers& numbers, std::string_view writer)
{
    const auto found = numbers.find(writer);
    return found == numbers.end() ? 0 : found->second;
}

Time time_of_micros(std::int64_t micros)
{
    return Time(std::chrono::microseconds(micros));
}

InboundMessage read_reply(sqlite::Query& query)
{
    InboundMessage reply;
    reply.sid = query.text();
    reply.received_at = time_of_micros(query.number());
    reply.from = query.text();
    reply.to = query.text();
    reply.body = query.text();
    if (const auto keyword = query.optional_number()) reply.keyword = static_cast<Keyword>(*keyword);
    const std::int64_t flags = query.number();
    reply.looks_like_opt_out = (flags & wish) != 0;
    reply.from_is_number = (flags & number_known) != 0;
    reply.may_lift = (flags & lifts) != 0;
    reply.extra_json = query.text();
    return reply;
}

void put_claims(sqlite::Connection& store, std::span<const MessageId> messages, Time now)
{
    sqlite::Query query(store, "insert or replace into claims (message_id, claimed_micros) values (?, ?)");
    for (const MessageId id : messages)
        query.bind(id).bind(micros(now)).step();
}

std::int64_t erase_in(sqlite::Connection& store, std::string_view number)
{
    const std::int64_t receipts = journal_records::erase_number(store, number);
    sqlite::Query(store, "delete from replies where sender = ?").bind(number).step();
    const std::int64_t replies = store.changes();
    store.exec("pragma wal_checkpoint(truncate)"); // nor does the write-ahead log keep it
    return receipts + replies;
}

} // namespace

RecentStore::RecentStore(const std::filesystem::path& directory, std::uint64_t max_bytes)
    : file_(directory / file_name), max_bytes_(max_bytes)
{
}

void RecentStore::open(const std::string& process, const TicketNumbers& confirmed)
{
    std::filesystem::create_directories(file_.parent_path());
    try {
        create(process, confirmed);
        if (process_of_file() == process) return;
    }
    catch (const sqlite::Error&) { // it is damaged
    }
    remove();
    create(process, confirmed);
}

void RecentStore::create(const std::string& process, const TicketNumbers& confirmed)
{
    store_.reset();
    sqlite::Connection store(file_);
    store.exec("pragma journal_mode = wal; pragma synchronous = normal; pragma journal_size_limit = 4194304; "
               "pragma secure_delete = on; pragma max_page_count = " +
               std::to_string(static_cast<std::int64_t>(max_bytes_) / bytes_of_page));
    store.exec(recent_schema);
    store.exec(journal_records::schema);
    store_.emplace(std::move(store));
    if (!process_of_file().empty()) return;
    sqlite::Transaction transaction(*store_);
    sqlite::Query(*store_, "insert into process (id) values (?)").bind(std::string_view(process)).step();
    sqlite::Query query(*store_, "insert into through (writer, ticket) values (?, ?)");
    for (const std::string_view writer : ticket_writers)
        query.bind(writer).bind(number_in(confirmed, writer)).step();
    transaction.commit();
}

std::string RecentStore::process_of_file()
{
    sqlite::Query query(*store_, "select id from process");
    return query.step() ? query.text() : std::string();
}

void RecentStore::remove()
{
    store_.reset();
    for (const char* part : {"", "-wal", "-shm"})
        std::filesystem::remove(file_.string() + part);
}

void RecentStore::note(TicketWriter writer, std::int64_t ticket, Time now)
{
    sqlite::Query query(*store_, "insert into commits (writer, ticket, at_micros, last_receipt) "
                                 "values (?, ?, ?, (select coalesce(max(place), 0) from receipts))");
    query.bind(name_of(writer)).bind(ticket).bind(micros(now)).step();
}

void RecentStore::keep_claims(std::span<const MessageId> messages, std::int64_t ticket, Time now)
{
    sqlite::Transaction transaction(*store_);
    put_claims(*store_, messages, now);
    note(TicketWriter::claims, ticket, now);
    transaction.commit();
}

void RecentStore::keep_leaving(std::span<const MessageId> messages, Time now)
{
    sqlite::Transaction transaction(*store_);
    put_claims(*store_, messages, now);
    transaction.commit();
}

void RecentStore::keep_outcomes(std::span<const MessageId> sent, std::span<const MessageId> not_sent,
                                std::int64_t ticket, Time now)
{
    sqlite::Transaction transaction(*store_);
    sqlite::Query settle(*store_, "update claims set settled_micros = ? where message_id = ?");
    for (const MessageId id : sent)
        settle.bind(micros(now)).bind(id).step();
    sqlite::Query drop(*store_, "delete from claims where message_id = ?");
    for (const MessageId id : not_sent)
        drop.bind(id).step();
    note(TicketWriter::outcomes, ticket, now);
    transaction.commit();
}

void RecentStore::keep_receipts(std::span<const Receipt> receipts, std::int64_t ticket, Time now)
{
    sqlite::Transaction transaction(*store_);
    sqlite::Query query(*store_, journal_records::insert_receipt);
    for (const Receipt& receipt : receipts)
        journal_records::insert_one(query, receipt);
    note(TicketWriter::receipts, ticket, now);
    transaction.commit();
}

void RecentStore::keep_reply(const InboundMessage& reply, std::int64_t ticket, Time now)
{
    sqlite::Transaction transaction(*store_);
    sqlite::Query query(*store_, "insert or replace into replies values (?, ?, ?, ?, ?, ?, ?, ?, ?)");
    std::optional<int> keyword;
    if (reply.keyword) keyword = static_cast<int>(*reply.keyword);
    query.bind(std::string_view(reply.sid)).bind(micros(now)).bind(micros(reply.received_at));
    query.bind(std::string_view(reply.from)).bind(std::string_view(reply.to)).bind(std::string_view(reply.body));
    query.bind(keyword).bind(flags_of(reply)).bind(std::string_view(reply.extra_json)).step();
    note(TicketWriter::replies, ticket, now);
    transaction.commit();
}

// A claim without an outcome stays for a day: its process was killed.
void RecentStore::forget(Time before)
{
    const std::string old = std::to_string(micros(before));
    const std::string very_old = std::to_string(micros(before - std::chrono::days(1)));
    sqlite::Transaction transaction(*store_);
    store_->exec(
        "update through set ticket = max(ticket, coalesce((select max(c.ticket) from commits c where c.writer = "
        "through.writer and c.at_micros < " +
        old + "), 0))");
    store_->exec("delete from receipts where place <= (select coalesce(max(last_receipt), 0) from commits "
                 "where at_micros < " +
                 old + ")");
    store_->exec("delete from claims where settled_micros < " + old + " or claimed_micros < " + very_old);
    store_->exec("delete from replies where at_micros < " + old);
    store_->exec("delete from commits where at_micros < " + old);
    transaction.commit();
}

bool RecentStore::covers(const TicketNumbers& present, const TicketNumbers& confirmed)
{
    return std::ranges::all_of(ticket_writers, [&](std::string_view writer) {
        const std::int64_t has = number_in(present, writer), had = number_in(confirmed, writer);
        if (has >= had) return true;
        const std::int64_t forgotten = number(forgotten_ticket, writer);
        return forgotten <= has && std::max(forgotten, number(last_ticket, writer)) >= had;
    });
}

std::int64_t RecentStore::number(const char* sql, std::string_view writer)
{
    sqlite::Query query(*store_, sql);
    query.bind(writer).step();
    return query.number();
}

std::vector<RecentClaim> RecentStore::claims()
{
    std::vector<RecentClaim> claims;
    sqlite::Query query(*store_, "select message_id, claimed_micros from claims order by message_id");
    while (query.step()) {
        const MessageId id = query.number();
        claims.push_back({id, time_of_micros(query.number())});
    }
    return claims;
}

std::vector<JournaledReceipt> RecentStore::receipts(std::int64_t above, int limit)
{
    std::vector<JournaledReceipt> receipts;
    sqlite::Query query(*store_, journal_records::select_first);
    query.bind(above).bind(static_cast<std::int64_t>(limit));
    while (query.step()) {
        JournaledReceipt journaled;
        if (!journal_records::read_one(query, journaled))
            throw sqlite::Error(SQLITE_CORRUPT, "a receipt in recent.sqlite is damaged");
        receipts.push_back(std::move(journaled));
    }
    return receipts;
}

std::vector<InboundMessage> RecentStore::replies()
{
    std::vector<InboundMessage> replies;
    sqlite::Query query(*store_, "select sid, received_micros, sender, recipient, body, keyword, flags, extra_json "
                                 "from replies order by received_micros");
    while (query.step())
        replies.push_back(read_reply(query));
    return replies;
}

std::int64_t RecentStore::erase(std::string_view number)
{
    return erase_in(*store_, number);
}

std::int64_t erase_from_recent(const std::filesystem::path& directory, std::string_view number)
{
    const std::filesystem::path file = directory / file_name;
    if (!std::filesystem::exists(file)) return 0;
    sqlite::Connection store(file);
    return erase_in(store, number);
}

} // namespace waybill::db
