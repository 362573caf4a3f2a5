#include "tests/fault/kept_receipts.hpp"

#include <algorithm>
#include <map>

namespace waybill::test
{

namespace
{

constexpr std::size_t most_shown = 10;

std::string first_of(const std::vector<std::string>& faults)
{
    if (faults.empty()) return {};
    std::string shown = std::to_string(faults.size()) + " faults";
    for (std::size_t place = 0; place < std::min(faults.size(), most_shown); ++place)
        shown += "; " + faults[place];
    return shown;
}

} // namespace

std::string receipt_faults(const TestDatabase& database, const std::vector<PostedReceipt>& posted)
{
    std::map<std::string, int> kept;
    for (const std::string& row : database.column("select raw_dlr_done_date || ' ' || message_id || ' ' || status "
                                                  "from message_history where source = 'receipt'"))
        ++kept[row];
    std::vector<std::string> faults;
    for (const auto& [receipt, acknowledged] : posted) {
        const std::string row =
            std::to_string(receipt.number) + " " + std::to_string(receipt.message) + " " + std::string(receipt.word);
        const auto found = kept.find(row);
        const int times = found == kept.end() ? 0 : found->second;
        if (acknowledged && times == 0) faults.push_back("lost: " + row);
        if (times > 1) faults.push_back("kept " + std::to_string(times) + " times: " + row);
        kept.erase(row);
    }
    for (const auto& [row, times] : kept)
        faults.push_back("never posted: " + row);
    return first_of(faults);
}

std::string state_faults(const TestDatabase& database)
{
    return database.value(R"sql(
with reported as (
    select message_id, status::message_status as status from message_history
     where status in ('sent', 'delivered', 'undelivered', 'read')
), highest as (
    select m.id, m.status, m.conflicting, m.error_code, array_agg(t.status) as reported,
           greatest(3, max(message_status_rank(t.status)) filter (where t.status is not null)) as rank
      from messages m left join reported t on t.message_id = m.id
     group by m.id
)
select string_agg(id || ' is ' || status || coalesce(' (' || conflicting || ')', '') || ', reported ' || reported::text, '; ')
  from (select * from highest
         where message_status_rank(status) <> rank
            or (rank > 3 and status <> all (reported))
            or (status = 'undelivered' and error_code is distinct from 30003)
            or (reported @> '{delivered,undelivered}' and conflicting is null)
         limit 10) as wrong)sql");
}

} // namespace waybill::test
