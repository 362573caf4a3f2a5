#include "db/campaigns/left_out.hpp"

#include "db/postgres/arrays.hpp"
#include "db/postgres/transaction.hpp"

#include <algorithm>
#include <string>
#include <unordered_set>
#include <utility>

namespace waybill::db
{

void LeavingOut::from(RecipientBatch& batch)
{
    if (terms_.quiet_hours && terms_.quiet_hours->time_zone.empty()) reject_always_quiet(batch);
    if (terms_.not_texted_within_hours.value_or(0) > 0) leave_out_texted(batch);
}

void LeavingOut::leave_out_texted(RecipientBatch& batch) const
{
    ArrayLiteral numbers;
    for (const Recipient& recipient : batch.recipients)
        if (recipient.lapsed) numbers.add(recipient.phone_number);
    std::unordered_set<std::string> texted;
    for (const pqxx::row& row : tx_.exec("texted_recently", numbers.take(), *terms_.not_texted_within_hours))
        texted.insert(row[0].as<std::string>());
    for (Recipient& recipient : batch.recipients) {
        if (!recipient.lapsed || !texted.contains(recipient.phone_number)) continue;
        recipient.lapsed = false;
        batch.left_out.push_back({recipient.row, RejectReason::texted_recently, "Texted recently",
                                  std::move(recipient.data_json), recipient.line, ""});
    }
}

void LeavingOut::reject_always_quiet(RecipientBatch& batch)
{
    const std::size_t before = batch.rejected.size();
    std::erase_if(batch.recipients, [&](Recipient& recipient) {
        if (!recipient.lapsed || !is_always_quiet(recipient.zones)) return false;
        batch.rejected.push_back({recipient.row, RejectReason::always_quiet, "Always in quiet hours",
                                  std::move(recipient.data_json), recipient.line,
                                  "the number may belong to time zones of which one is always in its quiet hours"});
        return true;
    });
    if (batch.rejected.size() > before) std::ranges::sort(batch.rejected, {}, &RejectedRow::row);
}

bool LeavingOut::is_always_quiet(std::string_view zones)
{
    const auto known = always_quiet_.find(zones);
    if (known != always_quiet_.end()) return known->second;
    const QuietHours& hours = *terms_.quiet_hours;
    const bool has_time =
        tx_.exec("has_time_outside_quiet_hours", hours.from, hours.until, std::string(zones)).at(0)[0].as<bool>();
    return always_quiet_[zones] = !has_time;
}

} // namespace waybill::db
