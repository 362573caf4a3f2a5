#pragma once

#include "server/access/permission.hpp"
#include "server/http/message.hpp"

#include <chrono>

// The gate's replies to requests that it does not admit.
namespace waybill::access
{

http::Response not_authenticated();                          // 403, as the existing client expects it: no credential
http::Response not_valid();                                  // 401
http::Response not_permitted(Permission permission);         // 403
http::Response too_many_requests(std::chrono::seconds wait); // 429
http::Response not_now();                                    // 503: PostgreSQL is away

} // namespace waybill::access
