#include "server/api/request_rules.hpp"

#include "server/api/contract/error_codes.hpp"
#include "server/api/contract/masking.hpp"
#include "server/api/contract/request.hpp"
#include "server/http/header_fields.hpp"
#include "server/http/refusal.hpp"

namespace waybill::api
{

namespace
{

bool has_body(const http::Headers& headers)
{
    return headers.find("Transfer-Encoding") || headers.find("Content-Length").value_or("0") != "0";
}

} // namespace

// Other types of content can be sent by any page of the web, without asking first.
void require_json(const http::Request& request)
{
    if (request.method == "GET" || !has_body(request.headers)) return;
    const auto type = http::parse_header_value(request.headers.value_or_empty("Content-Type"));
    if (type.token != "application/json")
        throw http::Refusal(415, "Send the body as JSON, with Content-Type: application/json");
}

// To find someone by name or number is to see them, and a cursor may be a number.
void prepare_masked(const access::Gate& gate, http::Request& request)
{
    if (!query_value(request, "q").empty() || !query_value(request, "recipient").empty())
        throw http::Refusal(403, "Searching needs the permission people:read; ask an administrator for it")
            .with_code(error_code("missing_permission"));
    const bool is_ours = unseal_cursor(request, [&gate](const std::string& cursor) { return gate.unseal(cursor); });
    if (!is_ours)
        throw http::Refusal(
            http::FieldFault{"query", "cursor", "must be a nextCursor of an earlier reply", "value_error"});
}

} // namespace waybill::api
