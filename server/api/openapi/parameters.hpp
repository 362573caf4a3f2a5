#pragma once

#include "server/api/openapi/operation.hpp"
#include "server/api/routes.hpp"

#include <boost/json/array.hpp>

namespace waybill::api
{

// The parameters of a route's path, query and headers.
boost::json::array parameters_of(const Route& route, const Operation& operation, Schemas& schemas);

} // namespace waybill::api
