#include "server/access/refusals.hpp"

#include "server/access/roles.hpp"

#include <string>

namespace waybill::access
{

http::Response not_authenticated()
{
    return http::error_response(403, "Not authenticated", "not_authenticated");
}

http::Response not_valid()
{
    http::Response response =
        http::error_response(401, "The credential is not valid, or it has expired or was revoked; sign in again");
    response.headers.emplace_back("WWW-Authenticate", "Bearer");
    return response;
}

http::Response not_permitted(Permission permission)
{
    return http::error_response(
        403, "This needs the permission " + std::string(name_of(permission)) + "; ask an administrator for it",
        "missing_permission");
}

http::Response too_many_requests(std::chrono::seconds wait)
{
    const std::string seconds = std::to_string(wait.count());
    http::Response response = http::error_response(
        429, "This key has made as many requests as it may; try again in " + seconds + " seconds", "rate_limited");
    response.headers.emplace_back("Retry-After", seconds);
    return response;
}

http::Response not_now()
{
    http::Response response = http::error_response(
        503,
        "The database cannot be reached right now, so permissions cannot be checked; try again in a few "
        "seconds",
        "database_unavailable");
    response.headers.emplace_back("Retry-After", "5");
    return response;
}

} // namespace waybill::access
