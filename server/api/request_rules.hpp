#pragma once

#include "server/access/gate.hpp"
#include "server/http/message.hpp"

// What the head of a request must be for its route, beyond its credential. Both throw http::Refusal.
namespace waybill::api
{

void require_json(const http::Request& request); // unless it has no body

// Of a caller who may not see people: no search by name or number, and cursors as this server has sealed them.
void prepare_masked(const access::Gate& gate, http::Request& request);

} // namespace waybill::api
