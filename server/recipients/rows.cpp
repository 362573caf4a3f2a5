#include "server/recipients/rows.hpp"

#include "server/recipients/calendar_date.hpp"
#include "server/recipients/columns.hpp"
#include "server/recipients/row_json.hpp"
#include "server/text/phone_number.hpp"
#include "server/text/segments.hpp"

#include <boost/unordered/unordered_flat_map.hpp>

#include <charconv>
#include <optional>
#include <span>
#include <utility>
#include <vector>

namespace waybill::recipients
{

namespace
{

using db::RejectReason;

struct Fault
{
    RejectReason reason;
    std::string message;
};

// Where the value of a placeholder comes from.
struct Source
{
    std::optional<std::size_t> column;
    std::string_view text; // without a column: the same for every recipient
};

std::vector<Source> find_sources(const IntakeRules& rules, const Columns& columns)
{
    std::vector<Source> sources;
    for (const std::string& name : rules.message.placeholders()) {
        auto value = rules.values.find(name);
        bool fixed = value != rules.values.end() && name != required_columns[0];
        std::optional<std::size_t> column = columns.find(name);
        if (fixed)
            sources.push_back({std::nullopt, value->second});
        else if (column)
            sources.push_back({column, {}});
        else
            throw UnknownPlaceholder(
                "Unknown placeholder {" + name +
                "}: use customer_name, restaurant_name, offer, offer_code or a column of the file");
    }
    return sources;
}

std::uint64_t digits_of(std::string_view e164)
{
    std::uint64_t number = 0;
    std::from_chars(e164.data() + 1, e164.data() + e164.size(), number);
    return number;
}

const CsvRecords& with_header(CsvRecords& records)
{
    if (!records.next()) throw CsvError("The file is empty");
    return records;
}

} // namespace

struct RecipientReader::State
{
    State(ReadAt read, IntakeRules intake_rules);

    void read_row(db::RecipientBatch& batch);
    std::optional<Fault> check(db::Recipient& recipient);
    std::string missing_fields() const;
    std::optional<Fault> write_message(db::Recipient& recipient);
    std::string_view field(std::size_t index) const;
    std::string_view field(Required column) const { return field(columns.index_of(column)); }

    IntakeRules rules;
    text::RecipientRules numbers;
    CsvRecords records;
    Columns columns;
    RowJson json;
    std::vector<Source> sources;          // of the message's placeholders, in order
    std::vector<std::string_view> values; // of one recipient, in the same order
    boost::unordered_flat_map<std::uint64_t, std::uint32_t> row_of_number;
    std::size_t bytes = 0; // of the batch
};

RecipientReader::State::State(ReadAt read, IntakeRules intake_rules)
    : rules(std::move(intake_rules)),
      records(std::move(read), {max_field_bytes, max_row_bytes, max_columns}),
      columns(with_header(records).fields()),
      json(records.fields()),
      sources(find_sources(rules, columns)),
      values(sources.size())
{
    numbers.default_country_code = rules.default_country_code;
}

RecipientReader::RecipientReader(ReadAt read, IntakeRules rules)
    : state_(std::make_unique<State>(std::move(read), std::move(rules)))
{
}

RecipientReader::~RecipientReader() = default;

bool RecipientReader::next(db::RecipientBatch& batch)
{
    batch.recipients.clear();
    batch.rejected.clear();
    state_->bytes = 0;
    std::size_t rows = 0;
    for (; rows < batch_rows && state_->bytes < batch_bytes && state_->records.next(); ++rows)
        state_->read_row(batch);
    return rows > 0;
}

void RecipientReader::State::read_row(db::RecipientBatch& batch)
{
    db::Recipient recipient;
    recipient.row = records.row();
    recipient.data_json = json.write(records.fields());
    std::optional<Fault> fault = check(recipient);
    bytes += recipient.data_json.size() + recipient.customer_name.size() + recipient.body.size();
    if (fault)
        batch.rejected.push_back(
            {recipient.row, fault->reason, std::move(fault->message), std::move(recipient.data_json)});
    else
        batch.recipients.push_back(std::move(recipient));
}

// Fills the recipient in, or tells the first thing that is wrong with the row.
std::optional<Fault> RecipientReader::State::check(db::Recipient& recipient)
{
    if (records.fields().size() > columns.size())
        return Fault{RejectReason::malformed, "Too many fields (expected " + std::to_string(columns.size()) + ")"};
    if (std::string missing = missing_fields(); !missing.empty())
        return Fault{RejectReason::missing_fields, "Missing required fields: " + missing};

    text::PhoneNumber number = text::parse_recipient(field(Required::phone_number), numbers);
    if (!number) return Fault{RejectReason::phone_number, "Invalid phone number format"};
    auto last_order = parse_date(field(Required::last_order_date));
    if (!last_order) return Fault{RejectReason::date, "Invalid date format (expected YYYY-MM-DD)"};

    auto [seen, is_new] = row_of_number.emplace(digits_of(*number), static_cast<std::uint32_t>(recipient.row));
    if (!is_new) return Fault{RejectReason::duplicate, "Duplicate of row " + std::to_string(seen->second)};

    recipient.phone_number = std::move(*number);
    recipient.customer_name = field(Required::customer_name);
    auto days_since = (rules.today - *last_order).count();
    recipient.lapsed = rules.lapsed_after_days == 0 || days_since >= rules.lapsed_after_days;
    if (!recipient.lapsed) return std::nullopt;
    std::optional<Fault> fault = write_message(recipient);
    if (fault) row_of_number.erase(seen); // a later row with this number may be a valid one
    return fault;
}

std::string RecipientReader::State::missing_fields() const
{
    std::string missing;
    for (std::size_t i = 0; i < required_columns.size(); ++i)
        if (field(Required(i)).empty()) missing.append(missing.empty() ? "" : ", ").append(required_columns[i]);
    return missing;
}

std::optional<Fault> RecipientReader::State::write_message(db::Recipient& recipient)
{
    for (std::size_t i = 0; i < sources.size(); ++i)
        values[i] = sources[i].column ? field(*sources[i].column) : sources[i].text;
    std::size_t units = rules.message.utf16_units(values);
    if (units > max_message_units)
        return Fault{RejectReason::too_long, "Message too long: " + std::to_string(units) + " characters (limit " +
                                                 std::to_string(max_message_units) + ")"};
    recipient.body = rules.message.render(values);
    if (recipient.body.find_first_not_of(" \t\r\n") == std::string::npos)
        return Fault{RejectReason::empty_message, "Message is empty"}; // Twilio refuses it: 21602
    recipient.segments = static_cast<int>(text::segment(recipient.body).segments);
    return std::nullopt;
}

std::string_view RecipientReader::State::field(std::size_t index) const
{
    std::span<const std::string_view> fields = records.fields();
    return index < fields.size() ? fields[index] : std::string_view();
}

} // namespace waybill::recipients
