#pragma once

#include "db/journal/journal_records.hpp"
#include "db/journal/sqlite.hpp"
#include "db/journal/ticket_numbers.hpp"
#include "db/types/types.hpp"

#include <cstdint>
#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace waybill::db
{

// A message whose request may have left.
struct RecentClaim
{
    MessageId message_id = 0;
    Time claimed_at;
};

// What a process has committed lately (recent_commits.hpp), in an SQLite file in JOURNAL_DIR; every call blocks.
// Written without fsync, as the tickets are: it must survive the process, not the machine. Throws what SQLite does.
class RecentStore
{
public:
    RecentStore(const std::filesystem::path& directory, std::uint64_t max_bytes);

    // Discards what the file holds unless this very process has written it.
    void open(const std::string& process, const TicketNumbers& confirmed);
    void remove(); // the file

    // Each with the ticket of its commit.
    void keep_claims(std::span<const MessageId> messages, std::int64_t ticket, Time now);
    void keep_leaving(std::span<const MessageId> messages, Time now); // no commit of its own
    void keep_outcomes(std::span<const MessageId> sent, std::span<const MessageId> not_sent, std::int64_t ticket,
                       Time now);
    void keep_receipts(std::span<const Receipt> receipts, std::int64_t ticket, Time now);
    void keep_reply(const InboundMessage& reply, std::int64_t ticket, Time now);

    void forget(Time before); // what was committed before that time

    // Whether it holds everything `confirmed` that a database with the tickets `present` lacks.
    bool covers(const TicketNumbers& present, const TicketNumbers& confirmed);

    std::vector<RecentClaim> claims();
    std::vector<JournaledReceipt> receipts(std::int64_t above, int limit); // in order
    std::vector<InboundMessage> replies();
    std::int64_t erase(std::string_view number); // a person's number from receipts and replies

private:
    void create(const std::string& process, const TicketNumbers& confirmed);
    std::string process_of_file();
    std::int64_t number(const char* sql, std::string_view writer);
    void note(TicketWriter writer, std::int64_t ticket, Time now);

    const std::filesystem::path file_;
    const std::uint64_t max_bytes_;
    std::optional<sqlite::Connection> store_;
};

// For a program that runs beside the process that keeps the file; 0 if there is no file.
std::int64_t erase_from_recent(const std::filesystem::path& directory, std::string_view number);

} // namespace waybill::db
