#include "db/journal/tickets.hpp"

#include "config/log.hpp"
#include "db/journal/ticket_numbers.hpp"
#include "db/postgres/threads.hpp"
#include "db/postgres/transaction.hpp"

#include <algorithm>
#include <mutex>
#include <random>
#include <unistd.h>
#include <utility>
#include <vector>

namespace waybill::db
{

using config::log;
using config::LogLevel;

namespace
{

constexpr std::chrono::seconds save_interval{1};

struct TableOfTickets
{
    std::vector<TicketRow> rows;
    std::int64_t decision = 0;
    std::string open_loss;
};

TableOfTickets read_table(Transaction& tx)
{
    TableOfTickets table;
    for (const pqxx::row& row : tx.exec("look_at_tickets")) {
        table.decision = row["decision"].as<std::int64_t>();
        table.open_loss = row["open_loss"].as<std::string>("");
        if (!row["process"].is_null())
            table.rows.push_back({row["process"].as<std::string>(), row["writer"].as<std::string>(),
                                  row["number"].as<std::int64_t>(), row["at"].as<std::string>()});
    }
    return table;
}

std::string new_process_id()
{
    constexpr std::string_view digits = "0123456789abcdef";
    std::random_device random;
    std::string id;
    while (id.size() < 32)
        id += digits[random() % digits.size()];
    return id;
}

std::string place_of(const std::filesystem::path& directory)
{
    std::string host(256, '\0');
    ::gethostname(host.data(), host.size() - 1);
    return host.c_str() + (":" + std::filesystem::absolute(directory).lexically_normal().string());
}

} // namespace

struct Tickets::State
{
    explicit State(const std::filesystem::path& directory) : place(place_of(directory)), file(directory) {}

    void begin(Transaction& tx);
    std::string take_up(Transaction& tx, const std::string& database);
    void join(Transaction& tx, const std::string& process);
    std::string look(Transaction& tx);
    void accept(const TableOfTickets& table);
    void note(const std::string& found, const TableOfTickets& table);
    void save();

    const std::string place;
    TicketFile file;

    mutable std::mutex mutex; // of what follows
    KeptTickets kept;         // kept.process is empty before begin()
    TicketNumbers last;       // numbers that were given out
    int lane = 0;
    SeenTickets seen; // of other processes
    std::string loss;
    TicketNumbers present; // as look() last found them
    std::vector<std::string> gone;
    bool is_changed = false; // what is kept, since it was saved

    bool has_begun = false; // on the loop

    Threads thread{1}; // last: joined before the file is closed
};

void Tickets::State::begin(Transaction& tx)
{
    tx.exec("lock_lanes");
    const std::string process = take_up(tx, tx.exec("database_identity").at(0)[0].as<std::string>());
    if (look(tx).empty()) join(tx, process);
    tx.exec("forget_old_tickets", process);
}

// Where the process before this one left off; its id.
std::string Tickets::State::take_up(Transaction& tx, const std::string& database)
{
    std::optional<KeptTickets> found = file.open();
    const bool is_of_this = found && found->database == database;
    if (!is_of_this) found = KeptTickets{database, new_process_id(), {}, 0};
    const std::size_t left = tx.exec("leave_place", found->process, place).size();
    if (left > 0 && !is_of_this && file.is_held())
        log(LogLevel::warning, "journal.lost",
            {{"place", place},
             {"advice",
              "a Waybill has run here with this database, and its JOURNAL_DIR is gone or damaged: receipts that "
              "waited in it are lost, and it is unknown whether the database has lost anything meanwhile"}});
    const TableOfTickets table = read_table(tx);
    const std::lock_guard lock(mutex);
    kept = std::move(*found);
    if (!is_of_this) kept.decision = table.decision;
    last = kept.confirmed;
    for (const auto& [writer, number] : numbers_of(kept.process, table.rows))
        last[writer] = std::max(last[writer], number);
    is_changed = true;
    return kept.process;
}

void Tickets::State::join(Transaction& tx, const std::string& process)
{
    const int joined = tx.exec("join_tickets", process, place).at(0)["lane"].as<int>();
    const std::lock_guard lock(mutex);
    lane = joined;
}

std::string Tickets::State::look(Transaction& tx)
{
    KeptTickets before;
    SeenTickets seen_before;
    {
        const std::lock_guard lock(mutex);
        before = kept;
        seen_before = seen;
    }
    if (before.process.empty()) return {};
    const TableOfTickets table = read_table(tx);
    if (table.decision > before.decision) {
        join(tx, before.process);
        accept(table);
        return {};
    }
    std::string found = describe_loss(before.process, before.confirmed, seen_before, table.rows);
    if (found.empty())
        found = table.open_loss;
    else
        tx.exec("note_loss", before.process, found);
    note(found, table);
    return found;
}

// An operator knows what is missing: what the rows say now is the truth.
void Tickets::State::accept(const TableOfTickets& table)
{
    const std::lock_guard lock(mutex);
    kept.confirmed = numbers_of(kept.process, table.rows);
    kept.decision = table.decision;
    is_changed = true;
    seen.clear();
    loss.clear();
    log(LogLevel::warning, "database.history_accepted", {{"decision", table.decision}});
}

void Tickets::State::note(const std::string& found, const TableOfTickets& table)
{
    const std::lock_guard lock(mutex);
    present = numbers_of(kept.process, table.rows);
    gone = missing_processes(kept.process, seen, table.rows);
    if (found.empty())
        for (const TicketRow& row : table.rows)
            if (row.process != kept.process) seen[{row.process, row.writer}] = row.number;
    if (!found.empty() && loss.empty())
        log(LogLevel::error, "database.history_lost",
            {{"error", found}, {"advice", "nothing is sent, and receipts wait in JOURNAL_DIR, until that is decided"}});
    if (found.empty() && !loss.empty()) log(LogLevel::info, "database.history_whole", {});
    loss = found;
}

void Tickets::State::save()
{
    KeptTickets saved;
    {
        const std::lock_guard lock(mutex);
        if (!std::exchange(is_changed, false)) return;
        saved = kept;
    }
    file.write(saved);
}

Tickets::Tickets(std::filesystem::path directory) : state_(std::make_unique<State>(directory)) {}

Tickets::~Tickets() = default;

asio::awaitable<void> Tickets::begin(Database& database)
{
    if (state_->has_begun) co_return;
    auto job = [state = state_.get()](Transaction& tx) { state->begin(tx); };
    co_await database.transact(std::move(job));
    state_->has_begun = true;
    co_await save();
}

std::string Tickets::look(Transaction& tx)
{
    return state_->look(tx);
}

Ticket Tickets::next(TicketWriter writer)
{
    const std::lock_guard lock(state_->mutex);
    const std::string name(name_of(writer));
    if (state_->kept.process.empty()) return {};
    return {writer, state_->kept.process, ++state_->last[name], state_->kept.confirmed[name], state_->lane};
}

bool Tickets::raise(Transaction& tx, const Ticket& ticket)
{
    if (ticket.process.empty()) return false;
    return tx.exec("raise_ticket", ticket.process, std::string(name_of(ticket.writer)), ticket.number, ticket.confirmed)
               .affected_rows() == 1;
}

void Tickets::confirm(const Ticket& ticket)
{
    const std::lock_guard lock(state_->mutex);
    std::int64_t& confirmed = state_->kept.confirmed[std::string(name_of(ticket.writer))];
    confirmed = std::max(confirmed, ticket.number);
    state_->is_changed = true;
}

asio::awaitable<void> Tickets::save()
{
    return state_->thread.run([state = state_.get()] { state->save(); });
}

config::BackgroundTask Tickets::task(asio::any_io_executor executor)
{
    return config::repeat_every(save_interval, "tickets", std::move(executor), [this] { return save(); });
}

TicketGap Tickets::gap() const
{
    const std::lock_guard lock(state_->mutex);
    return {state_->kept.process, state_->kept.confirmed, state_->present, state_->gone};
}

bool TicketGap::is_own() const
{
    return std::ranges::any_of(confirmed, [this](const auto& each) {
        const auto found = present.find(each.first);
        return each.second > (found == present.end() ? 0 : found->second);
    });
}

std::int64_t Tickets::confirmed(TicketWriter writer) const
{
    const std::lock_guard lock(state_->mutex);
    const auto found = state_->kept.confirmed.find(name_of(writer));
    return found == state_->kept.confirmed.end() ? 0 : found->second;
}

void Tickets::say_alive(Transaction& tx)
{
    if (!look(tx).empty()) return;
    const TicketGap present = gap();
    if (!present.process.empty()) tx.exec("say_alive", present.process);
}

void Tickets::say_ended(Transaction& tx)
{
    if (!look(tx).empty()) return;
    const TicketGap present = gap();
    if (!present.process.empty()) tx.exec("say_ended", present.process);
}

std::string Tickets::loss() const
{
    const std::lock_guard lock(state_->mutex);
    return state_->loss;
}

} // namespace waybill::db
