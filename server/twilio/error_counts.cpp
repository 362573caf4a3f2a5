#include "server/twilio/error_counts.hpp"

#include <algorithm>

namespace waybill::twilio
{

void ErrorCounts::add(int code)
{
    const auto errors = all_errors();
    const auto found = std::ranges::lower_bound(errors, code, {}, &ErrorInfo::code);
    if (found != errors.end() && found->code == code)
        ++times_[static_cast<std::size_t>(found - errors.begin())];
    else
        ++others_;
}

std::vector<ErrorCounts::Count> ErrorCounts::seen() const
{
    std::vector<Count> counts;
    if (others_ > 0) counts.push_back({0, others_});
    const auto errors = all_errors();
    for (std::size_t i = 0; i < times_.size(); ++i)
        if (times_[i] > 0) counts.push_back({errors[i].code, times_[i]});
    return counts;
}

} // namespace waybill::twilio
