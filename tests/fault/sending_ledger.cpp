#include "tests/fault/sending_ledger.hpp"

#include <algorithm>
#include <cstdint>
#include <map>
#include <set>
#include <sstream>

namespace waybill::test
{

namespace
{

constexpr std::size_t most_shown = 10;

struct Row
{
    std::string recipient, status, campaign;
};

std::string joined(const std::vector<std::string>& faults)
{
    if (faults.empty()) return {};
    std::string text = std::to_string(faults.size()) + " faults";
    for (std::size_t place = 0; place < std::min(faults.size(), most_shown); ++place)
        text += "; " + faults[place];
    return text;
}

std::map<std::string, Row> rows_by_id(const TestDatabase& database)
{
    std::map<std::string, Row> rows;
    for (const std::string& line :
         database.column("select concat_ws(' ', id, recipient, status, campaign_id) from messages")) {
        std::istringstream words(line);
        std::string id;
        Row row;
        words >> id >> row.recipient >> row.status >> row.campaign;
        rows.emplace(id, std::move(row));
    }
    return rows;
}

std::string text_of(const boost::json::object& line, const char* name)
{
    return std::string(line.at(name).as_string());
}

// `…/webhooks/twilio/status/{message id}#overrides`
std::string message_id_of(const boost::json::object& line)
{
    const std::string url = text_of(line, "status_callback");
    const std::string path = url.substr(0, url.find('#'));
    return path.substr(path.rfind('/') + 1);
}

std::string fault_of_accepted(const boost::json::object& line, const Row& row)
{
    if (row.recipient != text_of(line, "to")) return "went to " + text_of(line, "to") + ", not to " + row.recipient;
    static const std::set<std::string> known{"accepted", "sent", "delivered", "undelivered"};
    const bool failed_later = row.status == "failed" && text_of(line, "status") == "failed";
    if (known.contains(row.status) || failed_later) return {};
    const bool was_settled = line.at("callbacks_acknowledged").to_number<int>() > 0;
    if (row.status == "unknown" && !was_settled) return {};
    return "is " + row.status + ", but Twilio has it as " + text_of(line, "status") +
           (was_settled ? " and has reported it" : "");
}

} // namespace

std::string ledger_faults(const TestDatabase& database, const Ledger& ledger)
{
    std::vector<std::string> faults;
    std::map<std::string, Row> rows = rows_by_id(database);
    std::set<std::string> seen;
    for (const boost::json::object& line : ledger) {
        const std::string id = message_id_of(line);
        if (!seen.insert(id).second) faults.push_back(id + " was sent twice");
        const auto row = rows.find(id);
        const std::string fault = row == rows.end() ? "is none of ours" : fault_of_accepted(line, row->second);
        if (!fault.empty()) faults.push_back(id + " " + fault);
    }
    for (const auto& [id, row] : rows) {
        const bool may_be_missing = row.status == "failed" || row.status == "unknown" || row.status == "canceled";
        if (!seen.contains(id) && !may_be_missing)
            faults.push_back(id + " is " + row.status + ", but Twilio has it not");
    }
    return joined(faults);
}

std::string budget_faults(const TestDatabase& database, const Ledger& ledger)
{
    const std::map<std::string, Row> rows = rows_by_id(database);
    std::map<std::string, std::int64_t> segments;
    for (const boost::json::object& line : ledger)
        if (const auto row = rows.find(message_id_of(line)); row != rows.end())
            segments[row->second.campaign] += line.at("segments").to_number<std::int64_t>();
    std::vector<std::string> faults;
    for (const std::string& line : database.column(
             "select concat_ws(' ', id, max_cost / price_per_segment) from campaigns where max_cost is not null")) {
        std::istringstream words(line);
        std::string campaign;
        std::int64_t most = 0;
        words >> campaign >> most;
        if (segments[campaign] > most)
            faults.push_back("campaign " + campaign + " sent " + std::to_string(segments[campaign]) + " of " +
                             std::to_string(most) + " segments");
    }
    return joined(faults);
}

std::string opt_out_faults(const TestDatabase& database, const Ledger& ledger)
{
    std::set<std::string> opted_out;
    for (const std::string& number : database.column("select phone_number from opt_outs where source = 'test'"))
        opted_out.insert(number);
    std::vector<std::string> faults;
    for (const boost::json::object& line : ledger)
        if (opted_out.contains(text_of(line, "to")))
            faults.push_back(text_of(line, "to") + " has opted out and was texted");
    return joined(faults);
}

} // namespace waybill::test
