#include "server/api/openapi/document.hpp"

#include "server/access/permissions.hpp"
#include "server/api/contract/error_codes.hpp"
#include "server/api/contract/request.hpp"
#include "server/api/openapi/operation.hpp"
#include "server/api/openapi/responses.hpp"
#include "server/api/routes.hpp"

#include <boost/algorithm/string/case_conv.hpp>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include <array>
#include <stdexcept>
#include <string>

namespace waybill::api
{

namespace json = boost::json;

namespace
{

struct PathParameter
{
    std::string_view prefix; // of the paths that it stands in
    std::string_view name, description, example;
};

constexpr std::array path_parameters = {
    PathParameter{"/api/campaigns/", "id", "A campaign's id.", "sms_1774958400_k3v9q2"},
    PathParameter{"/api/messages/", "id", "A message's id.", "1905875648000000017"},
    PathParameter{"/api/endpoints/", "id", "An endpoint's id.", "3"},
    PathParameter{"/api/notifications/", "id", "An address's id.", "3"},
    PathParameter{"/api/keys/", "id", "A key's id.", "3"},
    PathParameter{"/webhooks/", "id", "A message's id.", "1905875648000000017"},
    PathParameter{"/api/opt-outs/", "phone", "A phone number.", "+15550100000"},
    PathParameter{"/api/people/", "number", "A phone number.", "+15550100000"},
    PathParameter{"/api/senders/", "sender", "A sender's number, or `messaging-service`.", "+15005550006"},
    PathParameter{"/api/users/", "email", "A user's e-mail address.", "ana@example.com"},
    PathParameter{"/api/docs/", "name", "A file's name.", "docs.js"},
};

struct HeaderParameter
{
    std::string_view name, description, example;
};

constexpr std::array header_parameters = {
    HeaderParameter{"Idempotency-Key",
                    "The same key with the same request gives the first reply again, for a day; up to 255 characters.",
                    "order-4711"},
    HeaderParameter{"Prefer", "`respond-async`: the reply does not wait until everything was sent.", "respond-async"},
};

json::string text_of(std::string_view from)
{
    return json::string(from.data(), from.size());
}

json::object parameter(std::string_view name, std::string_view in, std::string_view description, json::value schema,
                       json::value example)
{
    json::object shown{{"name", text_of(name)},
                       {"in", text_of(in)},
                       {"description", text_of(description)},
                       {"schema", std::move(schema)},
                       {"example", std::move(example)}};
    if (in == "path") shown["required"] = true;
    return shown;
}

json::object text_parameter(std::string_view name, std::string_view in, std::string_view description,
                            std::string_view example)
{
    return parameter(name, in, description, json::object{{"type", "string"}}, text_of(example));
}

json::object path_parameter(std::string_view path, std::string_view name)
{
    for (const PathParameter& each : path_parameters)
        if (path.starts_with(each.prefix) && each.name == name)
            return text_parameter(name, "path", each.description, each.example);
    throw std::logic_error("the document does not describe {" + std::string(name) + "} of " + std::string(path));
}

// The parameters of a route's path, query and headers.
json::array parameters_of(const Route& route, const Operation& operation, Schemas& schemas)
{
    json::array shown;
    for (std::size_t begin = route.path.find('{'); begin != std::string_view::npos;
         begin = route.path.find('{', begin + 1)) {
        const std::size_t end = route.path.find('}', begin);
        shown.push_back(path_parameter(route.path, route.path.substr(begin + 1, end - begin - 1)));
    }
    for (const Parameter& each : operation.query)
        shown.push_back(
            parameter(each.name, "query", each.description, each.schema(schemas), json::parse(text_of(each.example))));
    for (const HeaderParameter& each : header_parameters)
        if (operation.headers.find(each.name) != std::string_view::npos)
            shown.push_back(text_parameter(each.name, "header", each.description, each.example));
    return shown;
}

constexpr std::string_view heading = R"({"openapi":"3.1.0","info":{"title":"Waybill","version":"1",
"summary":"SMS campaigns through Twilio, each message tracked to its end."},"servers":[{"url":"/"}],
"tags":[{"name":"Campaigns","description":"Texts to the customers of a list."},
{"name":"Messages","description":"Single messages, and the messages of campaigns."},
{"name":"People","description":"Opt-outs, and what is known of a person."},
{"name":"Events","description":"What happened, delivered to endpoints by the Standard Webhooks specification, or read as a feed."},
{"name":"Reports","description":"Figures of many campaigns."},
{"name":"Access","description":"Users, keys and signing in."},
{"name":"System","description":"How Waybill is doing."},
{"name":"Webhooks","description":"Called by Twilio, with its signature."}]})";

constexpr std::string_view introduction =
    "Everything under `/api` is version 1: routes, fields, parameters and error codes are added, never renamed or "
    "removed, so a client ignores what it does not know. A request is strict: parameters and fields that the route "
    "does "
    "not know are refused with 422.\n\nAmounts are decimal strings in USD, times ISO 8601 in UTC, ids of messages "
    "decimal strings.\n\nEvery error is `{\"error\": sentence, \"detail\": sentence or faults, \"code\": code}`:\n\n"
    "| code | status | |\n|---|---|---|\n";

constexpr std::string_view security_schemes =
    R"({"bearer":{"type":"http","scheme":"bearer","description":"An API key, or the token of a sign-in."},
"cookie":{"type":"apiKey","in":"cookie","name":"waybill","description":"The dashboard's session."}})";

json::string text(std::string_view from)
{
    return json::string(from.data(), from.size());
}

std::string description_of(const Route& route)
{
    using access::Permission;
    std::string sentence;
    if (route.permission == Permission::any) sentence = "Needs a credential. ";
    if (route.permission != Permission::any && route.permission != Permission::none)
        sentence = "Needs the permission `" + std::string(access::name_of(route.permission)) + "`. ";
    if (route.mask == Mask::masked || route.mask == Mask::listed)
        sentence += "Names, numbers and texts are masked without `people:read`. ";
    if (route.mask == Mask::listed || route.mask == Mask::exported) sentence += "Reading it is in the audit log. ";
    if (!sentence.empty()) sentence.pop_back();
    return sentence;
}

std::string_view media_of(Body body)
{
    if (body == Body::upload) return "multipart/form-data";
    return body == Body::form ? "application/x-www-form-urlencoded" : "application/json";
}

json::object request_body(const Route& route, const Operation& operation, Schemas& schemas)
{
    json::object schema = operation.body(schemas).as_object();
    json::value example = example_of(schema, schemas.named());
    const bool is_required =
        route.body != Body::short_json || !example.is_object() || needs_a_field(schema, schemas.named());
    return {
        {"required", is_required},
        {"content", {{text(media_of(route.body)), {{"schema", std::move(schema)}, {"example", std::move(example)}}}}}};
}

json::object operation_json(const Route& route, const Operation& operation, Schemas& schemas, json::object& examples)
{
    json::object shown{{"operationId", text(operation.id)},
                       {"tags", json::array{text(operation.tag)}},
                       {"summary", text(operation.summary)}};
    if (const std::string description = description_of(route); !description.empty()) shown["description"] = description;
    shown["x-permission"] = text(access::name_of(route.permission));
    if (route.permission == access::Permission::none) shown["security"] = json::array();
    json::array parameters = parameters_of(route, operation, schemas);
    if (!parameters.empty()) shown["parameters"] = std::move(parameters);
    if (operation.body != nullptr) shown["requestBody"] = request_body(route, operation, schemas);
    shown["responses"] = responses_of(route, operation, schemas, examples);
    return shown;
}

std::string table_of_errors()
{
    std::string table(introduction);
    for (const ErrorCode& each : all_error_codes)
        table.append("| `")
            .append(each.code)
            .append("` | ")
            .append(std::to_string(each.status))
            .append(" | ")
            .append(each.meaning)
            .append(" |\n");
    return table;
}

} // namespace

bool is_documented(const Route& route)
{
    return route.path != "/" && !route.path.starts_with("/assets/");
}

json::object make_document(std::span<const Route> routes)
{
    Schemas schemas;
    json::object paths, examples;
    for (const Route& route : routes) {
        if (!is_documented(route)) continue;
        const Operation* operation = find_operation(route.method, route.path);
        if (operation == nullptr) throw std::logic_error("no document for " + std::string(route.path));
        json::value& path = paths[text(route.path)];
        if (!path.is_object()) path = json::object();
        path.as_object()[boost::algorithm::to_lower_copy(std::string(route.method))] =
            operation_json(route, *operation, schemas, examples);
    }
    json::object document = json::parse(text(heading)).as_object();
    document["info"].as_object()["description"] = table_of_errors();
    document["security"] =
        json::array{json::object{{"bearer", json::array()}}, json::object{{"cookie", json::array()}}};
    document["paths"] = std::move(paths);
    document["components"] = json::object{{"schemas", schemas.named()},
                                          {"examples", std::move(examples)},
                                          {"securitySchemes", json::parse(text(security_schemes))}};
    return document;
}

namespace
{

// Redoc writes its styles into the page and searches in a worker of its own making; nothing comes from elsewhere.
constexpr std::string_view viewer_policy =
    "default-src 'none'; script-src 'self'; connect-src 'self'; style-src 'unsafe-inline'; img-src 'self' data:; "
    "worker-src blob:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

http::Response file_response(std::string_view type, std::string_view content)
{
    http::Response response;
    response.headers = {{"Content-Type", std::string(type)},
                        {"Cache-Control", "no-cache"},
                        {"Content-Security-Policy", std::string(viewer_policy)}};
    response.body = content;
    return response;
}

} // namespace

boost::asio::awaitable<http::Response> openapi_json(http::Request)
{
    static const std::string document = boost::json::serialize(make_document(all_routes()));
    http::Response response = http::json_response(200, document);
    response.headers.emplace_back("Cache-Control", "no-cache");
    co_return response;
}

boost::asio::awaitable<http::Response> docs_page(http::Request)
{
    co_return file_response("text/html; charset=utf-8", viewer_docs_html);
}

boost::asio::awaitable<http::Response> docs_file(http::Request request)
{
    constexpr std::string_view script = "text/javascript; charset=utf-8";
    const std::string name = path_value(request, "name");
    if (name == "docs.js") co_return file_response(script, viewer_docs_js);
    if (name != "redoc.js") throw http::Refusal(404, "The documentation has no such file; reload the page");
    http::Response response = file_response(script, viewer_redoc_standalone_js_gz);
    response.headers.emplace_back("Content-Encoding", "gzip"); // every browser reads it
    co_return response;
}

} // namespace waybill::api
