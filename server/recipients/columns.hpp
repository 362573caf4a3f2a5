#pragma once

#include <array>
#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace waybill::recipients
{

enum class Required
{
    customer_name,
    phone_number,
    last_order_date
};

inline constexpr std::array<std::string_view, 3> required_columns{"customer_name", "phone_number", "last_order_date"};

// What the header line says about where things stand in a row. Columns without a name count, but cannot be found.
class Columns
{
public:
    // Throws CsvError when a required column is missing or two have the same name.
    explicit Columns(std::span<const std::string_view> header);

    std::size_t size() const { return names_.size(); }
    std::size_t index_of(Required column) const { return required_[static_cast<std::size_t>(column)]; }
    std::optional<std::size_t> find(std::string_view lower_case_name) const;

private:
    void find_required();

    std::vector<std::string> names_; // lower case
    std::array<std::size_t, required_columns.size()> required_{};
};

} // namespace waybill::recipients
