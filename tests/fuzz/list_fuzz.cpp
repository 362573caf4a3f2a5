#include "server/recipients/rows/rows.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <string_view>

using namespace waybill;

namespace
{

void require(bool truth)
{
    if (!truth) std::abort();
}

recipients::ListFile file_of(std::string_view bytes)
{
    auto read = [bytes](std::uint64_t offset, char* to, std::size_t size) {
        const auto at = static_cast<std::size_t>(std::min<std::uint64_t>(offset, bytes.size()));
        const std::size_t count = std::min(size, bytes.size() - at);
        if (count > 0) std::memcpy(to, bytes.data() + at, count);
        return count;
    };
    return {std::move(read), bytes.size()};
}

recipients::IntakeRules rules()
{
    recipients::IntakeRules rules;
    rules.message = text::Template::parse("Hi {customer_name}");
    rules.today = std::chrono::sys_days(std::chrono::year(2026) / 3 / 31);
    rules.guesses = true;
    return rules;
}

} // namespace

// Any bytes are a list or are refused; rows are numbered from 1 without a gap, in the order of their lines.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    const std::string_view bytes(reinterpret_cast<const char*>(data), size);
    recipients::RecipientReader reader(file_of(bytes), rules());
    db::RecipientBatch batch;
    std::int64_t rows = 0;
    try {
        while (reader.next(batch)) {
            rows += static_cast<std::int64_t>(batch.recipients.size() + batch.rejected.size());
            for (const db::Recipient& recipient : batch.recipients)
                require(recipient.row <= rows && recipient.line > 0 && recipient.phone_number.starts_with('+'));
            for (const db::RejectedRow& row : batch.rejected)
                require(row.row <= rows && row.data_json.size() <= 4096 && !row.message.empty());
        }
    }
    catch (const recipients::ListError& error) {
        require(error.what()[0] != '\0');
    }
    return 0;
}
