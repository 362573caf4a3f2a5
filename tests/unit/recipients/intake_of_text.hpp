#pragma once

#include "server/recipients/rows/rows.hpp"

#include <algorithm>
#include <cstring>
#include <memory>
#include <string>

// What an uploaded text becomes.
namespace waybill::recipients
{

// Gives at most `most` bytes at a time, as a slow disk or network would.
inline ListFile read_text(std::string text, std::size_t most = std::string::npos)
{
    auto shared = std::make_shared<std::string>(std::move(text));
    const std::uint64_t whole = shared->size();
    auto read = [shared, most, whole](std::uint64_t offset, char* to, std::size_t size) {
        const auto left = static_cast<std::size_t>(whole - std::min(offset, whole));
        const std::size_t count = std::min({size, most, left});
        std::memcpy(to, shared->data() + (whole - left), count);
        return count;
    };
    return {std::move(read), whole};
}

inline IntakeRules rules_for(std::string_view message)
{
    using namespace std::chrono;
    IntakeRules rules;
    rules.message = text::Template::parse(message);
    rules.values = {{"restaurant_name", "Luigi's"}, {"offer", "20% off"}, {"offer_code", "SAVE20"}};
    rules.today = sys_days(2026y / March / 31);
    return rules;
}

// All batches in one.
inline db::RecipientBatch take_in(RecipientReader& reader)
{
    db::RecipientBatch all, batch;
    while (reader.next(batch)) {
        std::ranges::move(batch.recipients, std::back_inserter(all.recipients));
        std::ranges::move(batch.rejected, std::back_inserter(all.rejected));
    }
    return all;
}

inline db::RecipientBatch take_in(ListFile file, IntakeRules rules)
{
    RecipientReader reader(std::move(file), std::move(rules));
    return take_in(reader);
}

inline db::RecipientBatch take_in(std::string text, std::string_view message = "Hi {customer_name}")
{
    return take_in(read_text(std::move(text)), rules_for(message));
}

inline constexpr std::string_view header = "customer_name,phone_number,last_order_date\n";

inline db::RecipientBatch take_in_rows(std::string_view rows, std::string_view message = "Hi {customer_name}")
{
    return take_in(std::string(header).append(rows), message);
}

// The sentence with which the text is refused; empty when it is accepted.
inline std::string refusal(std::string text, std::size_t most = std::string::npos)
{
    try {
        take_in(read_text(std::move(text), most), rules_for("Hi"));
        return "";
    }
    catch (const ListError& error) {
        return error.what();
    }
}

} // namespace waybill::recipients
