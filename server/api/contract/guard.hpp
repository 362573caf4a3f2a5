#pragma once

#include "server/http/router.hpp"

#include <boost/asio/awaitable.hpp>

namespace waybill::api
{

namespace asio = boost::asio;

// While `ready` is false (the schema is not there yet) and whenever PostgreSQL is away, a guarded handler answers 503
// with Retry-After. `ready` outlives the handler.
http::Handler guarded(const bool& ready, http::Handler handler);

} // namespace waybill::api
