#pragma once

#include "server/access/permissions.hpp"
#include "server/api/handlers.hpp"
#include "server/http/router.hpp"

#include <boost/asio/awaitable.hpp>

#include <span>
#include <string_view>

namespace waybill::api
{

// What becomes of a request's body; beyond the limit of its kind it is refused with 413.
enum class Body
{
    no_body,    // read and dropped, up to 64 kB
    short_json, // up to 4 kB
    json_body,  // up to 64 kB
    large_json, // up to 8 MB
    form,       // up to 256 kB, read in full so that an oversized callback is reported as malformed
    upload      // multipart, up to MAX_UPLOAD_BYTES
};

enum class Mask
{
    plain,   // the reply holds nothing of a person, or the route requires people_read
    masked,  // names, numbers and texts in the reply are masked without people_read
    listed,  // the same, of many people: a reply that is not masked is in the audit log before its first byte
    exported // the same for replies that require people_read
};

// Without what it needs, a route answers 503 with Retry-After.
enum class Needs
{
    nothing,
    journal, // receipts are accepted before PostgreSQL is reachable
    database
};

using Handle = asio::awaitable<http::Response> (*)(Handlers& handlers, http::Request&& request);

struct Route
{
    std::string_view method, path;
    Body body;
    access::Permission permission;
    Mask mask;
    Needs needs;
    Handle handle;
};

std::span<const Route> all_routes();

http::Router make_router(const Parts& parts); // what the parts refer to outlives the router

} // namespace waybill::api
