#include "server/recipients/rows/rewriting.hpp"

#include "server/recipients/columns/header_key.hpp"
#include "server/recipients/rows/rows.hpp"
#include "server/text/clean_text.hpp"
#include "server/text/phone_number.hpp"
#include "server/text/segments.hpp"
#include "server/text/utf8.hpp"

#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>

#include <algorithm>

namespace waybill::recipients
{

namespace json = boost::json;

namespace
{

using Cells = std::vector<std::string>;

Cells headers_of(const json::object& row)
{
    Cells headers;
    for (const auto& cell : row)
        headers.emplace_back(cell.key());
    return headers;
}

Cells cells_of(const json::object& row, const Cells& headers)
{
    Cells cells;
    for (const std::string& header : headers) {
        const json::value* cell = row.if_contains(header);
        cells.emplace_back(cell && cell->is_string() ? std::string(cell->get_string()) : "");
    }
    return cells;
}

// A date that no column of the list is known to hold would leave a hole.
void check_dates(const text::Template& message, const Columns& columns)
{
    for (const std::string& placeholder : message.placeholders())
        if (header_key(placeholder) == "lastorderdate" && !columns.last_order_date)
            throw UnknownPlaceholder("Unknown placeholder {" + placeholder + "}: name the column as the file does");
}

} // namespace

void Rewriting::begin(const db::ChangedTexts& texts, const db::ScheduledMessage& first)
{
    const json::object row = json::parse(first.data_json).as_object();
    const Cells headers = headers_of(row);
    const IsPhoneNumber is_phone_number = [this](std::string_view cell) {
        return text::parse_phone_number(cell, country_).has_value();
    };
    Meaning& meaning = meaning_.emplace();
    meaning.message = text::Template::parse(texts.message_template);
    meaning.campaign = {
        {"restaurant_name", texts.restaurant_name}, {"offer", texts.offer}, {"offer_code", texts.offer_code}};
    meaning.columns = find_columns(headers, {cells_of(row, headers)}, {}, is_phone_number);
    check_dates(meaning.message, meaning.columns);
    meaning.values.emplace(meaning.message, meaning.campaign, meaning.columns);
}

void Rewriting::write(const db::ChangedTexts& texts, std::vector<db::ScheduledMessage>& messages)
{
    if (!meaning_ && !messages.empty()) begin(texts, messages.front());
    for (db::ScheduledMessage& message : messages)
        write(message, texts.plain_characters);
}

void Rewriting::write(db::ScheduledMessage& message, bool plain_characters)
{
    Meaning& meaning = *meaning_;
    const Cells cells = cells_of(json::parse(message.data_json).as_object(), meaning.columns.headers);
    const std::vector<std::string_view> fields(cells.begin(), cells.end());
    meaning.values->fill(fields, message.customer_name);
    const std::string row = "Row " + std::to_string(message.row) + ": ";
    if (const auto column = meaning.values->empty_column())
        throw UnfitRow(row + "Empty value for " + meaning.columns.label(*column));
    message.body = text::with_line_feeds(meaning.message.render(meaning.values->values()));
    if (plain_characters) message.body = text::with_plain_characters(message.body);
    const std::size_t units = text::utf16_units(message.body);
    if (units > RecipientReader::max_message_units)
        throw UnfitRow(row + "Message too long: " + std::to_string(units) + " characters (limit " +
                       std::to_string(RecipientReader::max_message_units) + ")");
    if (message.body.find_first_not_of(" \t\n") == std::string::npos) throw UnfitRow(row + "Message is empty");
    message.segments = static_cast<int>(text::segment(message.body).segments);
}

} // namespace waybill::recipients
