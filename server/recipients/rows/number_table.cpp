#include "server/recipients/rows/number_table.hpp"

#include <cmath>

namespace waybill::recipients
{

std::optional<std::uint32_t> NumberTable::add(std::uint64_t digits, std::uint32_t row)
{
    const auto [entry, is_new] = table_of(digits).emplace(SplitNumber(digits), row);
    return is_new ? std::nullopt : std::optional(entry->second);
}

void NumberTable::remove(std::uint64_t digits)
{
    table_of(digits).erase(SplitNumber(digits));
}

// The logarithm of a value spread evenly over 1 to 2 falls twice as often into the last of equal parts as into the
// first.
NumberTable::Table& NumberTable::table_of(std::uint64_t digits)
{
    constexpr std::uint64_t golden_ratio = 0x9E3779B97F4A7C15; // of 2^64: spreads consecutive numbers evenly
    const double spread = static_cast<double>(digits * golden_ratio) * 0x1p-64;
    const auto table = static_cast<std::size_t>(std::log2(1 + spread) * static_cast<double>(tables_.size()));
    return tables_[table < tables_.size() ? table : tables_.size() - 1];
}

} // namespace waybill::recipients
