#include "server/recipients/rows/row_check.hpp"

#include "server/recipients/columns/consent.hpp"
#include "server/recipients/dates/calendar_date.hpp"
#include "server/recipients/file/cell_text.hpp"
#include "server/text/phone_number.hpp"
#include "server/text/segments.hpp"

#include <charconv>
#include <cstdint>
#include <utility>

namespace waybill::recipients
{

namespace
{

using db::RejectReason;

std::uint64_t digits_of(std::string_view e164)
{
    std::uint64_t number = 0;
    std::from_chars(e164.data() + 1, e164.data() + e164.size(), number);
    return number;
}

bool is_missing(std::string_view field)
{
    return field.empty() || is_spreadsheet_error(field);
}

// A spreadsheet shows and exports `#####` for what its column is too narrow to show.
std::string hint_for(std::string_view cell, std::string_view hint)
{
    const bool is_too_narrow = cell.size() > 1 && cell.find_first_not_of('#') == cell.npos;
    if (!is_too_narrow) return std::string(hint);
    return "the spreadsheet's column was too narrow to show the value: widen it and save the list again";
}

std::string order_hint(DateOrder order)
{
    return order == DateOrder::mdy   ? "the other dates put the month first"
           : order == DateOrder::dmy ? "the other dates put the day first"
                                     : "the other dates put the year first";
}

} // namespace

RowCheck::RowCheck(const IntakeRules& rules, const Columns& columns, DateSystem dates,
                   std::function<std::optional<DateOrder>()> date_order)
    : rules_(rules),
      columns_(columns),
      dates_(dates),
      date_order_(std::move(date_order)),
      values_(rules.message, rules.values, columns)
{
}

std::optional<RowFault> RowCheck::check(std::span<const std::string_view> fields, std::string_view fault,
                                        db::Recipient& recipient)
{
    fields_ = fields;
    read_name();
    if (auto found = missing_fields(fault)) return found;
    if (auto found = read_phone_number(recipient)) return found;
    if (auto found = read_last_order(recipient)) return found;
    values_.fill(fields_, name_);
    if (const auto column = values_.empty_column())
        return RowFault{RejectReason::empty_value, "Empty value for " + columns_.label(*column), ""};

    const std::uint64_t digits = digits_of(recipient.phone_number);
    if (const auto first = numbers_.add(digits, static_cast<std::uint32_t>(recipient.row)))
        return RowFault{RejectReason::duplicate, "Duplicate of row " + std::to_string(*first), ""};
    if (auto found = refused_by_person()) return found;
    recipient.customer_name = name_;
    if (!recipient.lapsed) return std::nullopt;
    auto found = write_message(recipient);
    if (found) numbers_.remove(digits); // a later row with this number may be a valid one
    return found;
}

std::string_view RowCheck::field(std::optional<std::size_t> column) const
{
    return column && *column < fields_.size() ? fields_[*column] : std::string_view();
}

void RowCheck::read_name()
{
    name_ = field(columns_.name[0]);
    if (columns_.name.size() < 2) return;
    joined_name_.clear();
    for (const std::size_t column : columns_.name)
        if (const std::string_view part = field(column); !is_missing(part))
            joined_name_.append(joined_name_.empty() ? "" : " ").append(part);
    name_ = joined_name_;
}

RowCheck::Found RowCheck::missing_fields(std::string_view fault) const
{
    const std::string_view values[] = {name_, field(columns_.phone), field(columns_.last_order_date)};
    const std::size_t indexes[] = {columns_.name[0], *columns_.phone, *columns_.last_order_date};
    std::string missing, hint(fault);
    for (std::size_t i = 0; i < required_columns.size(); ++i) {
        if (!is_missing(values[i])) continue;
        missing.append(missing.empty() ? "" : ", ").append(required_columns[i]);
        if (!hint.empty()) continue;
        const std::string label = columns_.label(indexes[i]);
        if (!values[i].empty())
            hint = "the column \"" + label + "\" holds " + std::string(values[i]);
        else if (label != required_columns[i])
            hint = "the column \"" + label + "\" is empty";
    }
    if (missing.empty()) return std::nullopt;
    return RowFault{RejectReason::missing_fields, "Missing required fields: " + missing, std::move(hint)};
}

RowCheck::Found RowCheck::read_phone_number(db::Recipient& recipient) const
{
    text::PhoneNumber number = text::parse_recipient(field(columns_.phone), rules_.numbers);
    if (!number)
        return RowFault{RejectReason::phone_number, "Invalid phone number format",
                        hint_for(field(columns_.phone), number.error().hint)};
    recipient.phone_number = std::move(*number);
    return std::nullopt;
}

RowCheck::Found RowCheck::read_last_order(db::Recipient& recipient)
{
    WrittenDate date = read_date(field(columns_.last_order_date), dates_);
    if (date.kind == WrittenDate::Kind::day) saw_whole_dates_ = true;
    std::string other_order;
    if (date.kind == WrittenDate::Kind::numbers) {
        const std::optional<DateOrder> order = date_order_();
        if (order) {
            const DateOrder other = *order == DateOrder::mdy ? DateOrder::dmy : DateOrder::mdy;
            if (in_order(date, other, dates_).kind == WrittenDate::Kind::day) other_order = order_hint(*order);
            date = in_order(date, *order, dates_);
        }
    }
    if (date.kind != WrittenDate::Kind::day)
        return RowFault{RejectReason::date, "Invalid date format (expected YYYY-MM-DD)",
                        other_order.empty() ? hint_for(field(columns_.last_order_date), date.hint) : other_order};
    const auto days_since = (rules_.today - date.day).count();
    recipient.lapsed = rules_.lapsed_after_days == 0 || days_since >= rules_.lapsed_after_days;
    return std::nullopt;
}

RowCheck::Found RowCheck::refused_by_person() const
{
    const std::string_view answer = field(columns_.consent);
    const bool refuses = columns_.consent_is_objection ? objects(answer) : says_no(answer);
    if (!refuses) return std::nullopt;
    return RowFault{RejectReason::no_consent, "Opted out",
                    "the column \"" + columns_.label(*columns_.consent) + "\" says " + std::string(answer)};
}

RowCheck::Found RowCheck::write_message(db::Recipient& recipient)
{
    const auto values = values_.values();
    const std::size_t units = rules_.message.utf16_units(values);
    if (units > RecipientReader::max_message_units)
        return RowFault{RejectReason::too_long,
                        "Message too long: " + std::to_string(units) + " characters (limit " +
                            std::to_string(RecipientReader::max_message_units) + ")",
                        ""};
    recipient.body = rules_.message.render(values);
    if (recipient.body.find_first_not_of(" \t\r\n") == std::string::npos)
        return RowFault{RejectReason::empty_message, "Message is empty", ""}; // Twilio refuses it: 21602
    recipient.segments = static_cast<int>(text::segment(recipient.body).segments);
    return std::nullopt;
}

} // namespace waybill::recipients
