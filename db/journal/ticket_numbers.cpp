#include "db/journal/ticket_numbers.hpp"

#include <algorithm>
#include <set>
#include <sstream>

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

} // namespace waybill::db
