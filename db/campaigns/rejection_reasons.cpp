#include "db/campaigns/rejection_reasons.hpp"

#include <algorithm>
#include <iterator>
#include <tuple>

namespace waybill::db
{

namespace
{

// The message of a reason without what differs from row to row.
std::string_view common_message(const RejectedRow& row)
{
    if (row.reason == RejectReason::duplicate) return "Duplicate of an earlier row";
    if (row.reason == RejectReason::too_long) return "Message too long";
    return row.message;
}

} // namespace

std::string_view name_of(RejectReason reason)
{
    switch (reason) {
    case RejectReason::missing_fields:
        return "missing_fields";
    case RejectReason::phone_number:
        return "phone_number";
    case RejectReason::date:
        return "date";
    case RejectReason::empty_value:
        return "empty_value";
    case RejectReason::duplicate:
        return "duplicate";
    case RejectReason::opted_out:
        return "opted_out";
    case RejectReason::no_consent:
        return "no_consent";
    case RejectReason::too_long:
        return "too_long";
    case RejectReason::empty_message:
        return "empty_message";
    case RejectReason::texted_recently:
        return "texted_recently";
    case RejectReason::always_quiet:
        return "always_quiet";
    }
    return "";
}

void count_reason(const RejectedRow& row, std::vector<ReasonCount>& reasons)
{
    const std::string_view message = common_message(row);
    const auto same = [&](const ReasonCount& each) { return each.reason == row.reason && each.message == message; };
    auto reason = std::ranges::find_if(reasons, same);
    if (reason == reasons.end()) {
        reasons.push_back({row.reason, std::string(message), 0, row.line});
        reason = std::prev(reasons.end());
    }
    ++reason->count;
}

void sort_reasons(std::vector<ReasonCount>& reasons)
{
    std::ranges::sort(reasons, {}, [](const ReasonCount& each) { return std::tuple(-each.count, each.first_line); });
}

} // namespace waybill::db
