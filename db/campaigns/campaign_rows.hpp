#pragma once

#include "db/campaigns/campaigns.hpp"

#include <pqxx/row>

namespace waybill::db
{

// A row of find_campaign or list_campaigns.
Campaign read_campaign(const pqxx::row& row);

} // namespace waybill::db
