#pragma once

#include <optional>
#include <string_view>

namespace waybill::recipients
{

// What a column is for.
enum class Role
{
    name,
    first_name,
    last_name,
    phone,
    last_order_date,
    consent,  // "no" means that the person wants no texts
    objection // "yes" means that the person wants no texts
};

struct Heading
{
    Role role{};
    int rank = 0; // of several columns for one role, the one with the lowest rank is meant
};

// What an English heading says, whatever its case, blanks and punctuation: "Mobile #", "Last Visit (UTC)", "SMS
// opt-in".
std::optional<Heading> heading_of(std::string_view header);

} // namespace waybill::recipients
