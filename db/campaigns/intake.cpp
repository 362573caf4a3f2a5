#include "config/ascii.hpp"
#include "db/campaigns/campaigns.hpp"
#include "db/campaigns/list_check.hpp"
#include "db/campaigns/rejection_reasons.hpp"
#include "db/messages/message_search.hpp"
#include "db/postgres/arrays.hpp"
#include "db/postgres/transaction.hpp"
#include "db/types/types.hpp"

#include <algorithm>
#include <future>
#include <map>
#include <string>
#include <string_view>
#include <tuple>
#include <unordered_set>
#include <utility>

namespace waybill::db
{

namespace
{

// Who of an upload gets no message although the row is valid, or whom quiet hours never let have one.
class LeavingOut
{
public:
    LeavingOut(Transaction& tx, const IntakeTerms& terms) : tx_(tx), terms_(terms) {}

    // Recipients whom a campaign has texted recently stay, without a message, and join batch.left_out; those whose
    // zones leave no time of the day move to the rejected rows.
    void from(RecipientBatch& batch);

private:
    void leave_out_texted(RecipientBatch& batch) const;
    void reject_always_quiet(RecipientBatch& batch);
    bool is_always_quiet(std::string_view zones);

    Transaction& tx_;
    const IntakeTerms& terms_;
    std::map<std::string_view, bool> always_quiet_; // by zones
};

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

constexpr std::size_t shown_rejected_rows = 100;
constexpr std::size_t max_examples = 20;

void count(const RecipientBatch& batch, IntakeSummary& summary)
{
    summary.valid += static_cast<std::int64_t>(batch.recipients.size());
    for (const Recipient& recipient : batch.recipients) {
        if (!recipient.lapsed) continue;
        if (summary.lapsed++ == 0) summary.sample_body = recipient.body;
        summary.segments += recipient.segments;
    }
    summary.rejected += static_cast<std::int64_t>(batch.rejected.size());
    for (const RejectedRow& row : batch.rejected) {
        summary.duplicates += row.reason == RejectReason::duplicate;
        summary.no_consent += row.reason == RejectReason::no_consent;
        summary.opted_out += row.reason == RejectReason::opted_out || row.reason == RejectReason::no_consent;
        count_reason(row, summary.reasons);
        if (summary.first_rejected.size() < shown_rejected_rows) summary.first_rejected.push_back(row);
    }
    summary.texted_recently += static_cast<std::int64_t>(batch.left_out.size());
}

void store_messages(Transaction& tx, const std::vector<Recipient>& recipients, std::int64_t campaign_id)
{
    pqxx::stream_to messages =
        tx.copy_into("messages", "campaign_id, row_number, recipient, customer_name, body, segments");
    for (const Recipient& recipient : recipients)
        if (recipient.lapsed)
            messages << std::make_tuple(campaign_id, recipient.row, recipient.phone_number, recipient.customer_name,
                                        recipient.body, recipient.segments);
    messages.complete();
}

// The same with the recipients' time zones, which most campaigns do without.
void store_zoned_messages(Transaction& tx, const std::vector<Recipient>& recipients, std::int64_t campaign_id)
{
    pqxx::stream_to messages =
        tx.copy_into("messages", "campaign_id, row_number, recipient, customer_name, body, segments, zones");
    for (const Recipient& recipient : recipients)
        if (recipient.lapsed)
            messages << std::make_tuple(campaign_id, recipient.row, recipient.phone_number, recipient.customer_name,
                                        recipient.body, recipient.segments, std::string(recipient.zones));
    messages.complete();
}

void store_rejected(Transaction& tx, const std::vector<RejectedRow>& rows, std::int64_t campaign_id)
{
    if (rows.empty()) return;
    pqxx::stream_to rejected = tx.copy_into("rejected_rows", "campaign_id, row_number, reason, message, data");
    for (const RejectedRow& row : rows)
        rejected << std::make_tuple(campaign_id, row.row, std::string(name_of(row.reason)), row.message, row.data_json);
    rejected.complete();
}

void store_rows(Transaction& tx, const std::vector<Recipient>& recipients, std::int64_t campaign_id)
{
    std::string rows;
    std::int64_t first = 0;
    for (const Recipient& recipient : recipients) {
        if (!recipient.lapsed) continue;
        if (first == 0) first = recipient.row;
        rows.append(std::to_string(recipient.row)).append(1, '\t').append(recipient.data_json).append(1, '\n');
    }
    if (first != 0) tx.exec("keep_rows", campaign_id, first, rows);
}

void store(Transaction& tx, const RecipientBatch& batch, const IntakeTarget& target)
{
    const auto has_zones = [](const Recipient& recipient) { return !recipient.zones.empty(); };
    if (std::ranges::any_of(batch.recipients, has_zones))
        store_zoned_messages(tx, batch.recipients, target.campaign_id);
    else
        store_messages(tx, batch.recipients, target.campaign_id);
    if (target.keeps_rows) store_rows(tx, batch.recipients, target.campaign_id);
    store_rejected(tx, batch.rejected, target.campaign_id);
    store_rejected(tx, batch.left_out, target.campaign_id);
}

// Reads the next batch of a list on a thread of its own while the one before it is stored. Its destructor waits for
// that thread.
class ReadAhead
{
public:
    explicit ReadAhead(const NextBatch& next) : next_(next) { begin(); }

    // As NextBatch, whose exceptions it throws. Not to be called again after the end.
    bool operator()(RecipientBatch& batch)
    {
        const bool more = is_read_.get();
        std::swap(batch, ahead_);
        if (more) begin();
        return more;
    }

private:
    void begin()
    {
        is_read_ = std::async(std::launch::async, [this] {
            ahead_.recipients.clear();
            ahead_.rejected.clear();
            ahead_.left_out.clear();
            return next_(ahead_);
        });
    }

    const NextBatch& next_;
    RecipientBatch ahead_;
    std::future<bool> is_read_;
};

template <class Use>
IntakeSummary read_through(Transaction& tx, const NextBatch& next, const IntakeTerms& terms, Use use)
{
    IntakeSummary summary;
    RecipientBatch batch;
    LeavingOut leaving_out(tx, terms);
    ReadAhead read(next);
    bool more = true;
    while (more) {
        more = read(batch);
        if (!batch.recipients.empty()) {
            reject_opted_out(tx, batch);
            leaving_out.from(batch);
        }
        count(batch, summary);
        use(batch);
    }
    sort_reasons(summary.reasons);
    return summary;
}

bool is_meant(const Recipient& recipient, std::string_view words, std::string_view digits)
{
    if (digits.empty()) return config::lower_case(recipient.customer_name).find(words) != std::string::npos;
    return recipient.phone_number.ends_with(digits);
}

} // namespace

IntakeSummary take_in(Transaction& tx, const NextBatch& next, const IntakeTerms& terms,
                      const std::optional<IntakeTarget>& target)
{
    return read_through(tx, next, terms, [&](const RecipientBatch& batch) {
        if (target) store(tx, batch, *target);
    });
}

ListPreview look_through(Transaction& tx, const NextBatch& next, const IntakeTerms& terms, std::string_view example_of)
{
    const std::string words = config::lower_case(example_of), digits = digits_sought(example_of);
    ListPreview preview;
    preview.intake = read_through(tx, next, terms, [&](const RecipientBatch& batch) {
        for (const Recipient& recipient : batch.recipients)
            if (preview.examples.size() < max_examples && recipient.lapsed && is_meant(recipient, words, digits))
                preview.examples.push_back(recipient);
    });
    return preview;
}

} // namespace waybill::db
