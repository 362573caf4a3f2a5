#include "server/api/operations/readiness.hpp"

namespace waybill::api
{

namespace
{

constexpr const char* journal_is_full = "The journal is full; make room in JOURNAL_DIR or raise JOURNAL_MAX_BYTES";

} // namespace

std::string why_not_ready(const Parts& parts)
{
    if (parts.server.is_ending()) return "Waybill is ending; send requests to another one";
    if (!parts.journal_open) return "Waybill is starting and opens its journal; try again in a second";
    if (parts.journal.full() && (parts.journal.records() > 0 || !parts.watch.reachable())) return journal_is_full;
    if (std::string problem = parts.watch.problem(); !problem.empty()) return problem;
    return parts.tickets.loss();
}

std::string present_problem(const Parts& parts)
{
    if (std::string reason = why_not_ready(parts); !reason.empty()) return reason;
    if (parts.journal.full()) return journal_is_full;
    if (std::string reason = parts.tasks.problem(); !reason.empty()) return reason;
    return parts.replica == nullptr ? std::string() : parts.replica->problem();
}

} // namespace waybill::api
