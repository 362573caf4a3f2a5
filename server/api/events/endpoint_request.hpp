#pragma once

#include "db/events/deliveries.hpp"
#include "db/events/endpoints.hpp"
#include "server/http/message.hpp"

#include <chrono>

// What requests about endpoints ask for. Each function throws http::Refusal when a field is faulty.
namespace waybill::api
{

db::NewEndpoint read_new_endpoint(const http::Request& request); // without a secret
db::EndpointChange read_endpoint_change(const http::Request& request);
std::chrono::seconds read_overlap(const http::Request& request); // for which the old secret signs as well
db::Replay read_replay(const http::Request& request);

} // namespace waybill::api
