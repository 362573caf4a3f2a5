#pragma once

#include "server/recipients/columns/columns.hpp"

namespace waybill::recipients
{

enum class Content
{
    name,
    phone,
    date
};

// Which share of the column's cells can be this, between 0 and 1; 0 when it is not most of them.
double share_of(Content content, const SampleRows& rows, std::size_t column, const IsPhoneNumber& is_phone_number);

} // namespace waybill::recipients
