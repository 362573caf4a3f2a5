#pragma once

#include <array>
#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

// The numbers of tickets (tickets.hpp), without PostgreSQL.
namespace waybill::db
{

enum class TicketWriter
{
    claims,
    outcomes,
    receipts,
    replies
};

constexpr std::array<std::string_view, 4> ticket_writers{"claims", "outcomes", "receipts", "replies"};

constexpr std::string_view name_of(TicketWriter writer)
{
    return ticket_writers[static_cast<std::size_t>(writer)];
}

// A row of the table.
struct TicketRow
{
    std::string process, writer;
    std::int64_t number = 0;
    std::string at; // when the number was last raised
};

using TicketNumbers = std::map<std::string, std::int64_t, std::less<>>;          // of one process, by writer
using SeenTickets = std::map<std::pair<std::string, std::string>, std::int64_t>; // of all, by process and writer

TicketNumbers numbers_of(const std::string& process, const std::vector<TicketRow>& rows);

// What the rows lack of what `process` has had confirmed, and of what it has seen of other processes, in one sentence
// that says what to do; empty: nothing. The row of another process may be gone.
std::string describe_loss(const std::string& process, const TicketNumbers& confirmed, const SeenTickets& seen,
                          const std::vector<TicketRow>& rows);

// Other processes that were seen before and have no row any more.
std::vector<std::string> missing_processes(const std::string& process, const SeenTickets& seen,
                                           const std::vector<TicketRow>& rows);

// What a process keeps in JOURNAL_DIR.
struct KeptTickets
{
    std::string database; // the identity of the database that the rest is about
    std::string process;
    TicketNumbers confirmed;
    std::int64_t decision = 0; // the last one that was accepted

    bool operator==(const KeptTickets&) const = default;
};

std::string write_tickets(const KeptTickets& kept);
std::optional<KeptTickets> read_tickets(std::string_view text); // empty: it is none, or damaged

// The file in JOURNAL_DIR in which a process keeps its tickets; every call blocks. It is written in place and without
// fsync: it must survive the process, not the machine. Belongs to one process; a second one in the same directory keeps
// nothing.
class TicketFile
{
public:
    explicit TicketFile(const std::filesystem::path& directory) : file_(directory / "tickets") {}
    ~TicketFile();
    TicketFile(const TicketFile&) = delete;
    TicketFile& operator=(const TicketFile&) = delete;

    std::optional<KeptTickets> open(); // what it holds; empty: it is new, damaged, or another process has it
    bool is_held() const { return descriptor_ >= 0; }
    void write(const KeptTickets& kept) const; // a disk that refuses it is logged

private:
    const std::filesystem::path file_;
    int descriptor_ = -1;
};

} // namespace waybill::db
