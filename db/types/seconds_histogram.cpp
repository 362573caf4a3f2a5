#include "db/types/seconds_histogram.hpp"

#include <cmath>

namespace waybill::db
{

namespace
{

// The middle of a bucket, the inverse of tally_bucket.
double seconds_of(int bucket)
{
    return std::round(std::pow(1.1, bucket + 0.5)) / 10;
}

} // namespace

void SecondsHistogram::add(int bucket, std::int64_t count)
{
    buckets_[bucket] += count;
    count_ += count;
}

void SecondsHistogram::add(const SecondsHistogram& other)
{
    for (const auto& [bucket, count] : other.buckets_)
        add(bucket, count);
}

double SecondsHistogram::percentile(double share) const
{
    std::int64_t below = 0;
    for (const auto& [bucket, count] : buckets_) {
        below += count;
        if (below > 0 && static_cast<double>(below) >= share * static_cast<double>(count_)) return seconds_of(bucket);
    }
    return 0;
}

} // namespace waybill::db
