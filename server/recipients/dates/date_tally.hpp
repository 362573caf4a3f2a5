#pragma once

#include "server/recipients/dates/written_date.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace waybill::recipients
{

// What the dates of a whole list say about their order.
class DateTally
{
public:
    static constexpr std::size_t shown_examples = 3;

    explicit DateTally(DateSystem system) : system_(system) {}

    void count(std::string_view cell);

    // The order that the rows prove; of two that are proved, the one with more rows.
    std::optional<DateOrder> order() const;

    // No row proves an order and some need one, or too many prove the other one.
    bool needs_an_answer() const;

    std::vector<std::string> examples() const; // cells that need the answer

private:
    DateSystem system_;
    std::int64_t mdy_ = 0, dmy_ = 0, open_ = 0; // rows
    std::vector<std::string> open_examples_, mdy_examples_, dmy_examples_;
};

} // namespace waybill::recipients
