#include "server/api/openapi/parameters.hpp"

#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>

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

} // namespace

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

} // namespace waybill::api
