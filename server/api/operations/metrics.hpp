#pragma once

#include "db/receipts/reconciliation.hpp"
#include "server/api/parts.hpp"

#include <optional>
#include <string>

namespace waybill::api
{

// What Waybill counts, as Prometheus text. Without a completeness, its families are left out.
std::string metrics_page(const Parts& parts, const std::optional<db::Completeness>& completeness);

} // namespace waybill::api
