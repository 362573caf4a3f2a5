#pragma once

#include "server/recipients/columns/columns.hpp"
#include "server/text/template.hpp"

#include <cstddef>
#include <functional>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace waybill::recipients
{

using CampaignValues = std::map<std::string, std::string, std::less<>>;

// Where the values of a message's placeholders come from: the campaign, the name, or a column.
class MessageValues
{
public:
    // Throws UnknownPlaceholder. Keeps references to all three.
    MessageValues(const text::Template& message, const CampaignValues& campaign, const Columns& columns);

    // Takes the values of one row, which must outlive their use.
    void fill(std::span<const std::string_view> fields, std::string_view name);

    std::span<const std::string_view> values() const { return values_; } // in the order of the placeholders

    // The first column that has nothing to insert in this row.
    std::optional<std::size_t> empty_column() const;

private:
    struct Source
    {
        std::optional<std::size_t> column;
        bool is_name = false;
        std::string_view text; // of the campaign
    };

    Source source_of(const std::string& placeholder, const CampaignValues& campaign, const Columns& columns) const;

    std::vector<Source> sources_;
    std::vector<std::string_view> values_;
};

} // namespace waybill::recipients
