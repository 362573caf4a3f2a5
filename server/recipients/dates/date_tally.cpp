#include "server/recipients/dates/date_tally.hpp"

#include <algorithm>

namespace waybill::recipients
{

namespace
{

constexpr std::int64_t tolerated = 20; // one row in this many may prove the other order: 5 %

void keep(std::vector<std::string>& examples, std::string_view cell)
{
    if (examples.size() < DateTally::shown_examples) examples.emplace_back(cell);
}

} // namespace

void DateTally::count(std::string_view cell)
{
    const WrittenDate date = read_date(cell, system_);
    if (date.kind != WrittenDate::Kind::numbers) return;
    const bool may_be_mdy = in_order(date, DateOrder::mdy, system_).kind == WrittenDate::Kind::day;
    const bool may_be_dmy = in_order(date, DateOrder::dmy, system_).kind == WrittenDate::Kind::day;
    if (may_be_mdy && may_be_dmy) {
        if (date.first == date.second) return;
        ++open_;
        keep(open_examples_, cell);
    }
    else if (may_be_mdy) {
        ++mdy_;
        keep(mdy_examples_, cell);
    }
    else if (may_be_dmy) {
        ++dmy_;
        keep(dmy_examples_, cell);
    }
}

std::optional<DateOrder> DateTally::order() const
{
    if (mdy_ + dmy_ == 0) return std::nullopt;
    return mdy_ >= dmy_ ? DateOrder::mdy : DateOrder::dmy;
}

bool DateTally::needs_an_answer() const
{
    const std::int64_t proving = mdy_ + dmy_;
    if (proving == 0) return open_ > 0;
    return std::min(mdy_, dmy_) * tolerated >= proving;
}

std::vector<std::string> DateTally::examples() const
{
    if (mdy_ + dmy_ == 0) return open_examples_;
    std::vector<std::string> both = mdy_examples_;
    both.insert(both.end(), dmy_examples_.begin(), dmy_examples_.end());
    return both;
}

} // namespace waybill::recipients
