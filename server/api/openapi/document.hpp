#pragma once

#include "server/api/routes.hpp"

#include <boost/json/object.hpp>

#include <span>

namespace waybill::api
{

// Whether the document has this route; pages of the dashboard are no part of it.
bool is_documented(const Route& route);

// The OpenAPI 3.1 document of these routes.
boost::json::object make_document(std::span<const Route> routes);

} // namespace waybill::api
