#pragma once

#include <boost/unordered/unordered_flat_map.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>

namespace waybill::recipients
{

// The row of each valid number of a list, about 20 bytes for a number. The numbers are spread over tables of which the
// fullest holds twice as many as the emptiest, so that the tables grow one after the other and memory grows with the
// list: a single table would exist twice while it grows, and be half empty afterwards.
class NumberTable
{
public:
    // The row that has this number; empty if there was none and the number was added with `row`. Digits as in E.164.
    std::optional<std::uint32_t> add(std::uint64_t digits, std::uint32_t row);

    void remove(std::uint64_t digits);

private:
    // A number in two halves: an entry takes 12 bytes where a whole one would make it 16.
    struct SplitNumber
    {
        explicit SplitNumber(std::uint64_t digits)
            : high(static_cast<std::uint32_t>(digits >> 32)), low(static_cast<std::uint32_t>(digits))
        {
        }

        bool operator==(const SplitNumber&) const = default;

        friend std::size_t hash_value(const SplitNumber& number)
        {
            return static_cast<std::size_t>(std::uint64_t{number.high} << 32 | number.low);
        }

        std::uint32_t high, low;
    };

    using Table = boost::unordered_flat_map<SplitNumber, std::uint32_t>;

    Table& table_of(std::uint64_t digits);

    std::array<Table, 64> tables_;
};

} // namespace waybill::recipients
