#include "server/http/server/unrouted.hpp"

namespace waybill::http
{

namespace
{

void answer_preflight(Response& reply, const Request& request, const std::string& allow)
{
    reply.headers.emplace_back("Access-Control-Allow-Methods", allow);
    if (const auto wanted = request.headers.find("Access-Control-Request-Headers"))
        reply.headers.emplace_back("Access-Control-Allow-Headers", *wanted);
    reply.headers.emplace_back("Access-Control-Max-Age", "600");
}

} // namespace

Response unrouted_reply(const Request& request, const std::string& allow, bool cors)
{
    if (allow.empty()) return error_response(404, "There is nothing at this path; check the address");
    Response reply;
    if (request.method == "OPTIONS")
        reply.status = 204;
    else
        reply = error_response(405, "This path does not take " + request.method + "; use one of: " + allow);
    reply.headers.emplace_back("Allow", allow);
    if (cors && request.headers.find("Access-Control-Request-Method")) answer_preflight(reply, request, allow);
    return reply;
}

} // namespace waybill::http
