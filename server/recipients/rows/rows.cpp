#include "server/recipients/rows/rows.hpp"

#include "db/postgres/storable_text.hpp"
#include "server/recipients/dates/calendar_date.hpp"
#include "server/recipients/dates/date_tally.hpp"
#include "server/recipients/file/cell_text.hpp"
#include "server/recipients/rows/row_check.hpp"
#include "server/text/phone_number.hpp"

#include <algorithm>
#include <limits>
#include <optional>
#include <utility>

namespace waybill::recipients
{

namespace
{

constexpr std::size_t max_keys_bytes = RowJson::max_bytes / 2;
constexpr std::size_t max_key_bytes = 200;
constexpr std::string_view cut_mark = "…";

std::string joined(std::span<const std::string_view> fields)
{
    std::string text(fields[0]);
    for (std::string_view field : fields.subspan(1))
        text.append(",").append(field);
    return text;
}

bool is_required(const Columns& columns, std::size_t column)
{
    return column == columns.phone || column == columns.last_order_date || column == columns.consent ||
           std::ranges::find(columns.name, column) != columns.name.end();
}

void append_value(std::string& json, std::string_view text, std::size_t max_bytes)
{
    if (text.size() <= max_bytes) return db::append_json_string(json, text);
    db::append_json_string(json, std::string(cut_text(text, max_bytes)).append(cut_mark));
}

} // namespace

RowJson::RowJson(const Columns& columns) : keys_(columns.headers.size())
{
    const auto add = [&](std::size_t column) {
        db::append_json_string(keys_[column], cut_text(columns.label(column), max_key_bytes));
        keys_[column] += ':';
        keys_bytes_ += keys_[column].size() + 1;
        ++kept_;
    };
    for (std::size_t i = 0; i < keys_.size(); ++i)
        if (is_required(columns, i)) add(i);
    for (std::size_t i = 0; i < keys_.size(); ++i) {
        const bool fits = keys_bytes_ + std::min(columns.headers[i].size(), max_key_bytes) < max_keys_bytes;
        if (keys_[i].empty() && !columns.headers[i].empty() && fits) add(i);
    }
}

std::string RowJson::write(std::span<const std::string_view> fields) const
{
    std::string json = write_whole(fields, std::numeric_limits<std::size_t>::max());
    if (json.size() <= max_bytes) return json;
    // A byte may take six when it is escaped.
    std::size_t share = (max_bytes - keys_bytes_) / std::max<std::size_t>(1, kept_);
    do {
        json = write_whole(fields, share);
        share /= 2;
    } while (json.size() > max_bytes && share > 0);
    return json;
}

std::string RowJson::write_whole(std::span<const std::string_view> fields, std::size_t max_value_bytes) const
{
    std::string json = "{";
    for (std::size_t i = 0; i < keys_.size(); ++i) {
        if (keys_[i].empty()) continue;
        if (json.size() > 1) json += ',';
        json += keys_[i];
        if (i + 1 == keys_.size() && fields.size() > keys_.size())
            append_value(json, joined(fields.subspan(i)), max_value_bytes);
        else
            append_value(json, i < fields.size() ? fields[i] : std::string_view(), max_value_bytes);
    }
    json += '}';
    return json;
}

namespace
{

Question question_about(const DateTally& tally)
{
    Question question;
    question.about = "dateOrder";
    question.examples = tally.examples();
    question.choices = {"mdy", "dmy"};
    question.text = tally.order()
                        ? "Some dates put the month first and some the day. Which order is meant? Rows in the "
                          "other one are left out."
                        : "Which comes first in the dates, the month or the day? No row proves it.";
    return question;
}

} // namespace

class RecipientReader::State
{
public:
    State(ListFile file, IntakeRules rules) : file_(std::move(file)), rules_(std::move(rules)) {}

    bool read_row(db::RecipientBatch& batch, std::size_t& bytes);
    void open();
    bool is_open() const { return records_ != nullptr; }
    const ListDescription& description() const { return list_.description; }

private:
    std::optional<DateOrder> date_order();
    void tally_dates();
    void finish();
    DateSystem dates() const { return {rules_.today, list_.begins_in_1904}; }

    ListFile file_;
    IntakeRules rules_;
    OpenedList list_;
    std::unique_ptr<Records> records_;
    std::optional<RowJson> json_;
    std::optional<RowCheck> check_;
    std::optional<DateOrder> order_; // in which dates are read
    bool knows_order_ = false;
    std::int64_t row_ = 0;
};

void RecipientReader::State::open()
{
    const IsPhoneNumber is_phone_number = [this](std::string_view cell) {
        return text::parse_phone_number(cell, rules_.numbers.default_country_code).has_value();
    };
    list_ = open_list(file_, rules_.choices, is_phone_number);
    json_.emplace(list_.description.columns);
    check_.emplace(rules_, list_.description.columns, dates(), [this] { return date_order(); });
    if (rules_.choices.date_order) {
        list_.description.date_order = order_ = rules_.choices.date_order;
        knows_order_ = true;
    }
    if (!list_.description.questions.empty() && !rules_.guesses) {
        if (!knows_order_) tally_dates(); // so that all is asked in one go
        throw OpenQuestions(list_.description);
    }
    records_ = list_.rows();
}

// Found out when the first date needs it: most lists have dates that do not, and are read only once.
std::optional<DateOrder> RecipientReader::State::date_order()
{
    if (!knows_order_) {
        tally_dates();
        if (!list_.description.questions.empty() && !rules_.guesses) throw OpenQuestions(list_.description);
    }
    return order_;
}

void RecipientReader::State::tally_dates()
{
    knows_order_ = true;
    DateTally tally(dates());
    const std::size_t column = *list_.description.columns.last_order_date;
    for (const auto records = list_.rows(); records->next();) {
        const auto fields = records->fields();
        if (column < fields.size() && !parse_date(fields[column])) tally.count(fields[column]);
    }
    order_ = tally.order();
    if (!tally.needs_an_answer()) {
        list_.description.date_order = order_;
        return;
    }
    list_.description.questions.push_back(question_about(tally));
    if (!order_) order_ = rules_.numbers.default_country_code == "1" ? DateOrder::mdy : DateOrder::dmy;
}

bool RecipientReader::State::read_row(db::RecipientBatch& batch, std::size_t& bytes)
{
    do {
        if (!records_->next()) {
            finish();
            return false;
        }
    } while (is_blank(records_->fields()));
    db::Recipient recipient;
    recipient.row = ++row_;
    recipient.line = records_->line();
    recipient.data_json = json_->write(records_->fields());
    std::optional<RowFault> fault = check_->check(records_->fields(), records_->fault(), recipient);
    bytes += recipient.data_json.size() + recipient.customer_name.size() + recipient.body.size();
    if (fault)
        batch.rejected.push_back({recipient.row, fault->reason, std::move(fault->message),
                                  std::move(recipient.data_json), recipient.line, std::move(fault->hint)});
    else
        batch.recipients.push_back(std::move(recipient));
    return true;
}

void RecipientReader::State::finish()
{
    if (const auto encoding = records_->encoding(); !encoding.empty()) list_.description.encoding = encoding;
    if (!knows_order_ && check_->saw_whole_dates()) list_.description.date_order = DateOrder::ymd;
}

RecipientReader::RecipientReader(ListFile file, IntakeRules rules)
    : state_(std::make_unique<State>(std::move(file), std::move(rules)))
{
}

RecipientReader::~RecipientReader() = default;

bool RecipientReader::next(db::RecipientBatch& batch)
{
    batch.recipients.clear();
    batch.rejected.clear();
    if (!state_->is_open()) state_->open();
    std::size_t bytes = 0, rows = 0;
    while (rows < batch_rows && bytes < batch_bytes && state_->read_row(batch, bytes))
        ++rows;
    return rows > 0;
}

const ListDescription& RecipientReader::description() const
{
    return state_->description();
}

} // namespace waybill::recipients
