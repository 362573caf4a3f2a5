#include "db/journal.hpp"

#include "config/log.hpp"
#include "db/hash.hpp"
#include "db/sqlite.hpp"
#include "db/threads.hpp"

#include <atomic>
#include <optional>

namespace waybill::db
{

using config::log;
using config::LogLevel;

namespace
{

constexpr std::int64_t page_bytes = 4'096;
constexpr const char* file_name = "receipts.sqlite";

constexpr const char* schema = R"sql(
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

std::int64_t micros(Time time)
{
    return std::chrono::duration_cast<std::chrono::microseconds>(time.time_since_epoch()).count();
}

std::int64_t checksum(const StatusCallback& receipt)
{
    StableHash hash;
    hash.add(std::to_string(receipt.message_id)).add(std::to_string(micros(receipt.received_at)));
    hash.add(receipt.message_sid).add(receipt.account_sid).add(receipt.status);
    hash.add(receipt.error_code ? std::to_string(*receipt.error_code) : "");
    hash.add(receipt.raw_dlr_done_date).add(receipt.idempotency_token).add(receipt.extra_json);
    return hash.value();
}

void insert(sqlite::Query& query, const StatusCallback& receipt)
{
    query.bind(receipt.message_id).bind(micros(receipt.received_at)).bind(receipt.message_sid);
    query.bind(receipt.account_sid).bind(receipt.status).bind(receipt.error_code).bind(receipt.raw_dlr_done_date);
    query.bind(receipt.idempotency_token).bind(receipt.extra_json).bind(checksum(receipt));
    query.step();
}

StatusCallback read(sqlite::Query& query)
{
    StatusCallback receipt;
    receipt.message_id = query.number();
    receipt.received_at = Time(std::chrono::microseconds(query.number()));
    receipt.message_sid = query.text();
    receipt.account_sid = query.text();
    receipt.status = query.text();
    receipt.error_code = query.optional_number();
    receipt.raw_dlr_done_date = query.text();
    receipt.idempotency_token = query.text();
    receipt.extra_json = query.text();
    return receipt;
}

} // namespace

struct Journal::State
{
    State(std::filesystem::path where, std::uint64_t bytes) : directory(std::move(where)), max_bytes(bytes) {}

    void open()
    {
        std::filesystem::create_directories(directory);
        try {
            open_store();
        }
        catch (const sqlite::Error& error) {
            if (error.result() != SQLITE_NOTADB && error.result() != SQLITE_CORRUPT) throw;
            put_store_aside(error.what());
            open_store();
        }
        refresh();
    }

    void open_store()
    {
        store.reset();
        store.emplace(directory / file_name);
        // The size is settled while the store is empty; the write-ahead log comes on top and is cut to a few MB.
        store->exec("pragma page_size = " + std::to_string(page_bytes) + "; pragma auto_vacuum = incremental");
        store->exec("pragma journal_mode = wal; pragma synchronous = full; pragma journal_size_limit = 4194304");
        store->exec("pragma max_page_count = " + std::to_string(static_cast<std::int64_t>(max_bytes) / page_bytes));
        store->exec(schema);
    }

    void put_store_aside(const char* reason)
    {
        store.reset();
        const auto second = std::to_string(micros(std::chrono::system_clock::now()) / 1'000'000);
        const auto aside = directory / (std::string(file_name) + ".damaged-" + second);
        std::filesystem::rename(directory / file_name, aside);
        for (const char* part : {"-wal", "-shm"}) {
            const auto file = directory / (std::string(file_name) + part);
            if (std::filesystem::exists(file)) std::filesystem::rename(file, aside.string() + part);
        }
        log(LogLevel::error, "journal.damaged",
            {{"error", reason}, {"file", aside.string()}, {"advice", "a new journal was begun; recover this one with sqlite3"}});
    }

    void append(std::span<const StatusCallback> receipts)
    {
        try {
            sqlite::Transaction transaction(*store);
            sqlite::Query query(*store, "insert into receipts (message_id, received_micros, message_sid, account_sid, status, "
                                        "error_code, raw_dlr_done_date, idempotency_token, extra_json, checksum) "
                                        "values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");
            for (const StatusCallback& receipt : receipts) insert(query, receipt);
            transaction.commit();
        }
        catch (const sqlite::Error& error) {
            no_room = error.result() == SQLITE_FULL;
            throw;
        }
        no_room = false;
        refresh();
    }

    std::vector<JournaledReceipt> first(int limit)
    {
        std::vector<JournaledReceipt> receipts;
        std::vector<std::int64_t> damaged;
        sqlite::Query query(*store, "select place, checksum, message_id, received_micros, message_sid, account_sid, status, "
                                    "error_code, raw_dlr_done_date, idempotency_token, extra_json "
                                    "from receipts where not set_aside order by place limit ?");
        query.bind(static_cast<std::int64_t>(limit));
        while (query.step()) {
            JournaledReceipt journaled;
            journaled.place = query.number();
            const std::int64_t told = query.number();
            journaled.receipt = read(query);
            if (checksum(journaled.receipt) == told) receipts.push_back(std::move(journaled));
            else damaged.push_back(journaled.place);
        }
        for (const std::int64_t place : damaged) {
            log(LogLevel::error, "journal.record_damaged", {{"place", place}, {"advice", "kept aside in the journal"}});
            set_aside(place);
        }
        return receipts;
    }

    void remove_through(std::int64_t place)
    {
        sqlite::Query query(*store, "delete from receipts where not set_aside and place <= ?");
        query.bind(place);
        query.step();
        store->exec("pragma incremental_vacuum");
        no_room = false;
        refresh();
    }

    void set_aside(std::int64_t place)
    {
        sqlite::Query query(*store, "update receipts set set_aside = 1 where place = ?");
        query.bind(place);
        query.step();
        refresh();
    }

    void refresh()
    {
        waiting = store->number("select count(*) from receipts where not set_aside");
        size = static_cast<std::uint64_t>(store->number("pragma page_count") * page_bytes);
    }

    const std::filesystem::path directory;
    const std::uint64_t max_bytes;
    std::optional<sqlite::Connection> store;
    std::atomic<std::int64_t> waiting{0};
    std::atomic<std::uint64_t> size{0};
    std::atomic<bool> no_room{false};
    Threads thread{1}; // last: joined before the store is closed
};

namespace
{

// Runs on the journal's thread; what the disk does becomes Unavailable.
template <class Job>
asio::awaitable<void> on_thread(Threads& thread, Job job)
{
    std::function<void()> guarded = [job = std::move(job)]() mutable {
        try {
            job();
        }
        catch (const std::runtime_error& error) { // SQLite's, or the file system's
            throw Unavailable(std::string("journal: ") + error.what());
        }
    };
    return thread.run(std::move(guarded));
}

} // namespace

Journal::Journal(std::filesystem::path directory, std::uint64_t max_bytes)
    : state_(std::make_unique<State>(std::move(directory), max_bytes))
{
}

Journal::~Journal() = default;

asio::awaitable<void> Journal::open()
{
    return on_thread(state_->thread, [state = state_.get()] { state->open(); });
}

asio::awaitable<void> Journal::append(std::span<const StatusCallback> receipts, std::shared_ptr<const void> owner)
{
    return on_thread(state_->thread, [state = state_.get(), receipts, owner] { state->append(receipts); });
}

asio::awaitable<std::vector<JournaledReceipt>> Journal::first(int limit)
{
    auto receipts = std::make_shared<std::vector<JournaledReceipt>>();
    auto job = [state = state_.get(), receipts, limit] { *receipts = state->first(limit); };
    co_await on_thread(state_->thread, std::move(job));
    co_return std::move(*receipts);
}

asio::awaitable<void> Journal::remove_through(std::int64_t place)
{
    return on_thread(state_->thread, [state = state_.get(), place] { state->remove_through(place); });
}

asio::awaitable<void> Journal::set_aside(std::int64_t place)
{
    return on_thread(state_->thread, [state = state_.get(), place] { state->set_aside(place); });
}

std::int64_t Journal::records() const
{
    return state_->waiting;
}

std::uint64_t Journal::bytes() const
{
    return state_->size;
}

bool Journal::full() const
{
    return state_->no_room;
}

} // namespace waybill::db
