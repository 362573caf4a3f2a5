#pragma once

#include "db/journal/ticket_numbers.hpp"

#include <filesystem>
#include <optional>

namespace waybill::db
{

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
