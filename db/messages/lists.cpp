#include "db/messages/lists.hpp"

#include <algorithm>
#include <sstream>

namespace waybill::db
{

std::vector<std::int64_t> read_ids(const std::string& list)
{
    std::vector<std::int64_t> ids;
    for (std::size_t begin = 0; begin < list.size();) {
        const std::size_t end = std::min(list.find(',', begin), list.size());
        ids.push_back(std::stoll(list.substr(begin, end - begin)));
        begin = end + 1;
    }
    return ids;
}

void append_buckets(const std::string& list, SecondsHistogram& histogram)
{
    std::istringstream numbers(list);
    int bucket = 0;
    for (std::int64_t count = 0; numbers >> bucket >> count;)
        histogram.add(bucket, count);
}

} // namespace waybill::db
