#include "server/recipients/columns/columns.hpp"

#include "server/recipients/columns/header_key.hpp"

#include <algorithm>
#include <iterator>

namespace waybill::recipients
{

std::vector<Required> Columns::missing() const
{
    std::vector<Required> missing;
    if (name.empty()) missing.push_back(Required::customer_name);
    if (!phone) missing.push_back(Required::phone_number);
    if (!last_order_date) missing.push_back(Required::last_order_date);
    return missing;
}

std::optional<std::size_t> Columns::find(std::string_view header) const
{
    const std::string key = header_key(header);
    std::optional<std::size_t> found;
    for (std::size_t i = 0; i < keys.size(); ++i) {
        const bool is_numbered = headers[i] == header && keys[i] != key;
        if (is_numbered) return i;
        if (headers[i].empty() || keys[i] != key) continue;
        if (found)
            throw AmbiguousColumn("The list has two columns called \"" + headers[*found] +
                                  "\"; rename one of them or do not use it in the message");
        found = i;
    }
    return found;
}

std::string Columns::label(std::size_t column) const
{
    if (!headers[column].empty()) return headers[column];
    std::string letters;
    for (std::size_t number = column + 1; number > 0; number = (number - 1) / 26)
        letters.insert(letters.begin(), static_cast<char>('A' + (number - 1) % 26));
    return "Column " + letters;
}

std::vector<std::string> Columns::labels() const
{
    std::vector<std::string> labels;
    std::ranges::copy_if(headers, std::back_inserter(labels), [](const std::string& name) { return !name.empty(); });
    return labels;
}

} // namespace waybill::recipients
