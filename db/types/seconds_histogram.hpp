#pragma once

#include <cstdint>
#include <map>

namespace waybill::db
{

// Times counted in the buckets of tally_bucket() in the schema, which is the same rule in SQL (a test in
// tests/db/postgres/ schema_test.cpp compares the two): a percentile is right within 5 %.
class SecondsHistogram
{
public:
    void add(int bucket, std::int64_t count);
    void add(const SecondsHistogram& other);

    std::int64_t count() const { return count_; }
    double percentile(double share) const; // in seconds, to a tenth; 0 when nothing was counted

private:
    std::map<int, std::int64_t> buckets_;
    std::int64_t count_ = 0;
};

} // namespace waybill::db
