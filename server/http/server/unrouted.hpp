#pragma once

#include "server/http/router.hpp"

namespace waybill::http
{

// The reply to a request that no route takes: 404, 405 with Allow, or 204 to OPTIONS, CORS preflights among them.
Response unrouted_reply(const Request& request, const std::string& allow, bool cors);

} // namespace waybill::http
