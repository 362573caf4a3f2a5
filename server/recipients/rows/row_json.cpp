#include "server/recipients/rows/row_json.hpp"

#include "db/postgres/storable_text.hpp"
#include "server/recipients/file/cell_text.hpp"

#include <algorithm>
#include <limits>

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

} // namespace waybill::recipients
