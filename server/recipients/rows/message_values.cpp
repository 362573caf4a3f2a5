#include "server/recipients/rows/message_values.hpp"

#include "server/recipients/columns/header_key.hpp"
#include "server/recipients/file/cell_text.hpp"
#include "server/recipients/rows/rows.hpp"

namespace waybill::recipients
{

MessageValues::MessageValues(const text::Template& message, const CampaignValues& campaign, const Columns& columns)
{
    for (const std::string& placeholder : message.placeholders())
        sources_.push_back(source_of(placeholder, campaign, columns));
    values_.resize(sources_.size());
}

MessageValues::Source MessageValues::source_of(const std::string& placeholder, const CampaignValues& campaign,
                                               const Columns& columns) const
{
    const std::string key = header_key(placeholder);
    if (key == "customername") return {std::nullopt, true, {}};
    for (const auto& [name, value] : campaign)
        if (header_key(name) == key) return {std::nullopt, false, value};
    try {
        if (const auto column = columns.find(placeholder)) return {column, false, {}};
    }
    catch (const AmbiguousColumn& error) {
        throw UnknownPlaceholder("{" + placeholder + "}: " + error.what());
    }
    if (key == "phonenumber") return {columns.phone, false, {}};
    if (key == "lastorderdate") return {columns.last_order_date, false, {}};
    throw UnknownPlaceholder("Unknown placeholder {" + placeholder +
                             "}: use customer_name, restaurant_name, offer, offer_code or a column of the file");
}

void MessageValues::fill(std::span<const std::string_view> fields, std::string_view name)
{
    for (std::size_t i = 0; i < sources_.size(); ++i) {
        const Source& source = sources_[i];
        if (source.is_name)
            values_[i] = name;
        else if (!source.column)
            values_[i] = source.text;
        else
            values_[i] = *source.column < fields.size() ? fields[*source.column] : std::string_view();
    }
}

std::optional<std::size_t> MessageValues::empty_column() const
{
    for (std::size_t i = 0; i < sources_.size(); ++i)
        if (sources_[i].column && (values_[i].empty() || is_spreadsheet_error(values_[i]))) return sources_[i].column;
    return std::nullopt;
}

} // namespace waybill::recipients
