#include "db/campaigns/changing.hpp"

#include "db/postgres/arrays.hpp"
#include "db/postgres/rows.hpp"
#include "db/requests/audit.hpp"

#include <boost/asio/use_awaitable.hpp>
#include <boost/describe/class.hpp>

#include <map>
#include <sstream>
#include <utility>

namespace waybill::db
{

BOOST_DESCRIBE_STRUCT(ScheduledMessage, (), (id, row, customer_name, recipient))

namespace
{

// Ends the transaction of a change that came too late, so that nothing of it remains.
struct NotChanged
{
    Control why;
};

struct NewTexts
{
    std::optional<std::string> sample_body;
    std::optional<std::int64_t> segments;
};

void store(Transaction& tx, std::vector<ScheduledMessage>& messages, NewTexts& texts)
{
    ArrayLiteral ids, bodies, segments;
    for (const ScheduledMessage& message : messages) {
        ids.add(message.id);
        bodies.add(std::string_view(message.body));
        segments.add(message.segments);
        texts.segments = texts.segments.value_or(0) + message.segments;
    }
    if (!texts.sample_body) texts.sample_body = messages.front().body;
    tx.exec("change_texts", ids.take(), bodies.take(), segments.take());
}

// The rows of a batch, by number: lines as intake.cpp writes them.
std::map<std::int64_t, std::string> read_lines(const std::string& rows)
{
    std::map<std::int64_t, std::string> lines;
    std::istringstream text(rows);
    for (std::string line; std::getline(text, line);) {
        const std::size_t tab = line.find('\t');
        lines.emplace_hint(lines.end(), std::stoll(line.substr(0, tab)), line.substr(tab + 1));
    }
    return lines;
}

// The messages that were made from these rows, behind the one with the id `above`.
std::vector<ScheduledMessage> messages_of(Transaction& tx, std::int64_t campaign_id, MessageId above,
                                          std::map<std::int64_t, std::string> lines)
{
    std::vector<ScheduledMessage> messages = read_rows<ScheduledMessage>(
        tx.exec("scheduled_messages", campaign_id, above, static_cast<std::int64_t>(lines.size())));
    for (ScheduledMessage& message : messages) {
        const auto line = lines.find(message.row);
        if (line == lines.end()) throw NotChanged{Control::rows_gone};
        message.data_json = std::move(line->second);
    }
    return messages;
}

NewTexts change_texts(Transaction& tx, const Campaign& campaign, const CampaignChange& change, const WriteTexts& write)
{
    ChangedTexts changed{campaign.restaurant_name, change.offer.value_or(campaign.offer),
                         change.offer_code.value_or(campaign.offer_code),
                         change.message_template.value_or(campaign.message_template), campaign.plain_characters};
    NewTexts texts;
    std::int64_t written = 0;
    std::int64_t first_row = 0;
    MessageId above = 0;
    while (written < campaign.total) {
        const pqxx::result kept = tx.exec("kept_rows", campaign.id, first_row);
        if (kept.empty()) break;
        first_row = kept[0][0].as<std::int64_t>();
        std::vector<ScheduledMessage> messages =
            messages_of(tx, campaign.id, above, read_lines(kept[0][1].as<std::string>()));
        if (messages.empty()) break;
        above = messages.back().id;
        written += static_cast<std::int64_t>(messages.size());
        write(changed, messages);
        store(tx, messages, texts);
    }
    if (written != campaign.total) throw NotChanged{Control::rows_gone};
    return texts;
}

// In the order in which all writers lock: budgets, messages, campaigns. Its messages are not claimed before its time,
// which is looked at last.
ControlResult change_campaign(Transaction& tx, const std::string& public_id, const CampaignChange& change,
                              const WriteTexts& write)
{
    tx.exec("lock_change", public_id);
    ControlResult result;
    result.campaign = find_campaign(tx, public_id);
    if (!result.campaign) return result;
    const Campaign& campaign = *result.campaign;
    if (tx.exec("is_scheduled", campaign.id).empty()) return result;
    if (change.changes_budget) tx.exec("set_budget", campaign.id, change.max_cost);
    NewTexts texts;
    if (change.changes_text()) texts = change_texts(tx, campaign, change, write);
    const bool changed =
        !tx.exec("change_scheduled", campaign.id, micros(change.send_at), change.message_template, change.offer,
                 change.offer_code, change.changes_budget, change.max_cost, texts.sample_body, texts.segments)
             .empty();
    if (!changed) throw NotChanged{Control::wrong_state};
    result.control = Control::done;
    result.campaign = find_campaign(tx, public_id);
    return result;
}

} // namespace

asio::awaitable<ControlResult> CampaignChanges::change(std::string public_id, CampaignChange change, WriteTexts write,
                                                       Actor by)
{
    Action action{"campaign.change", public_id};
    auto job = [public_id, change = std::move(change), write = std::move(write)](Transaction& tx) {
        return change_campaign(tx, public_id, change, write);
    };
    auto look = [public_id](Transaction& tx) {
        ControlResult result;
        result.campaign = find_campaign(tx, public_id);
        return result;
    };
    auto work = db::change(bulk_, std::move(by), std::move(action), std::move(job));
    ControlResult result;
    std::optional<Control> refused;
    try {
        result = co_await std::move(work);
    }
    catch (const NotChanged& too_late) {
        refused = too_late.why;
    }
    if (refused) {
        result = co_await bulk_.transact(std::move(look));
        result.control = *refused;
    }
    co_return result;
}

} // namespace waybill::db
