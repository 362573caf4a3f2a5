#include "db/journal/ticket_numbers.hpp"

#include "config/repeated_lines.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <set>
#include <sstream>
#include <string>
#include <sys/file.h>
#include <unistd.h>

namespace waybill::db
{

namespace
{

constexpr std::size_t file_bytes = 256; // one write of less than a sector: it is there, or it is not
constexpr std::string_view file_kind = "waybill-tickets-2";
constexpr std::string_view kind_without_replies = "waybill-tickets-1";

std::int64_t value_or_zero(const TicketNumbers& numbers, std::string_view writer)
{
    const auto found = numbers.find(writer);
    return found == numbers.end() ? 0 : found->second;
}

std::int64_t missing_of_own(const TicketNumbers& confirmed, const TicketNumbers& present)
{
    std::int64_t missing = 0;
    for (const auto& [writer, number] : confirmed)
        missing += std::max<std::int64_t>(number - value_or_zero(present, writer), 0);
    return missing;
}

std::int64_t missing_of_others(const std::string& process, const SeenTickets& seen, const std::vector<TicketRow>& rows)
{
    std::int64_t missing = 0;
    for (const TicketRow& row : rows) {
        const auto before = seen.find({row.process, row.writer});
        if (row.process != process && before != seen.end())
            missing += std::max<std::int64_t>(before->second - row.number, 0);
    }
    return missing;
}

std::string commits(std::int64_t count, const char* whose)
{
    return std::to_string(count) + (count == 1 ? " commit of " : " commits of ") + whose;
}

} // namespace

TicketNumbers numbers_of(const std::string& process, const std::vector<TicketRow>& rows)
{
    TicketNumbers numbers;
    for (const TicketRow& row : rows)
        if (row.process == process) numbers[row.writer] = row.number;
    return numbers;
}

std::string describe_loss(const std::string& process, const TicketNumbers& confirmed, const SeenTickets& seen,
                          const std::vector<TicketRow>& rows)
{
    const std::int64_t own = missing_of_own(confirmed, numbers_of(process, rows));
    const std::int64_t others = missing_of_others(process, seen, rows);
    if (own == 0 && others == 0) return {};
    std::string missing = own > 0 ? commits(own, "this Waybill") : commits(others, "other Waybills");
    if (own > 0 && others > 0) missing += " and " + std::to_string(others) + " of others";
    std::string last;
    for (const TicketRow& row : rows)
        last = std::max(last, row.at);
    const std::string since = last.empty() ? "" : "; the last one that it has is of " + last;
    return "The database has lost recent history: " + missing + " that it had confirmed are missing" + since +
           ". Nothing is sent, because what was sent since then may be pending again: look up at Twilio what has left, "
           "cancel what must not leave twice, then run `waybill history accept`";
}

std::vector<std::string> missing_processes(const std::string& process, const SeenTickets& seen,
                                           const std::vector<TicketRow>& rows)
{
    std::set<std::string> missing;
    for (const auto& each : seen)
        if (each.first.first != process) missing.insert(each.first.first);
    for (const TicketRow& row : rows)
        missing.erase(row.process);
    return {missing.begin(), missing.end()};
}

std::string write_tickets(const KeptTickets& kept)
{
    std::string text = std::string(file_kind) + " " + kept.database + " " + kept.process;
    for (const std::string_view writer : ticket_writers)
        text += " " + std::to_string(value_or_zero(kept.confirmed, writer));
    text += " " + std::to_string(kept.decision) + " end";
    text.resize(file_bytes - 1, ' ');
    return text + "\n";
}

std::optional<KeptTickets> read_tickets(std::string_view text)
{
    std::istringstream words{std::string(text)};
    std::string kind, end;
    KeptTickets kept;
    words >> kind >> kept.database >> kept.process;
    for (const std::string_view writer : ticket_writers)
        if (writer != name_of(TicketWriter::replies) || kind == file_kind) words >> kept.confirmed[std::string(writer)];
    words >> kept.decision >> end;
    if (!words || (kind != file_kind && kind != kind_without_replies) || end != "end" || text.size() != file_bytes)
        return std::nullopt;
    return kept;
}

namespace
{

void log_fault(const char* what, int error)
{
    config::log_repeated(
        config::LogLevel::warning, "history.file_failed",
        {{"what", what},
         {"error", std::strerror(error)},
         {"advice", "without this file in JOURNAL_DIR, a restart cannot notice that the database has lost "
                    "history; make the directory writable"}});
}

} // namespace

TicketFile::~TicketFile()
{
    if (descriptor_ >= 0) ::close(descriptor_);
}

std::optional<KeptTickets> TicketFile::open()
{
    std::error_code ignored; // the next call says it as well
    std::filesystem::create_directories(file_.parent_path(), ignored);
    if (descriptor_ < 0) {
        descriptor_ = ::open(file_.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
        if (descriptor_ < 0) log_fault("open", errno);
        if (descriptor_ < 0) return std::nullopt;
        if (::flock(descriptor_, LOCK_EX | LOCK_NB) != 0) {
            log_fault("lock", errno);
            ::close(descriptor_);
            descriptor_ = -1;
            return std::nullopt;
        }
    }
    std::array<char, 512> bytes{};
    const ssize_t size = ::pread(descriptor_, bytes.data(), bytes.size(), 0);
    if (size <= 0) return std::nullopt;
    return read_tickets({bytes.data(), static_cast<std::size_t>(size)});
}

void TicketFile::write(const KeptTickets& kept) const
{
    if (descriptor_ < 0) return;
    const std::string text = write_tickets(kept);
    const ssize_t written = ::pwrite(descriptor_, text.data(), text.size(), 0);
    if (written != static_cast<ssize_t>(text.size())) log_fault("write", written < 0 ? errno : ENOSPC);
}

} // namespace waybill::db
