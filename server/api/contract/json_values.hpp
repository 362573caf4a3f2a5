#pragma once

#include "db/types/types.hpp"

#include <boost/json/value.hpp>

#include <optional>
#include <string>

namespace waybill::api
{

boost::json::value time_or_null(const std::optional<db::Time>& time);
boost::json::value text_or_null(const std::string& text); // null when empty

} // namespace waybill::api
