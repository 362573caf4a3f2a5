#include "server/api/openapi/request_names.hpp"

#include "db/postgres/storable_text.hpp"
#include "server/api/contract/error_codes.hpp"
#include "webhooks/form.hpp"

#include <boost/json/array.hpp>
#include <boost/json/parse.hpp>

#include <algorithm>

namespace waybill::api
{

namespace json = boost::json;

namespace
{

constexpr std::size_t max_faults = 20;
constexpr std::string_view schemas_prefix = "#/components/schemas/";

void append_name(std::string& list, std::string_view name)
{
    list.append(list.empty() ? "" : ", ").append(name);
}

std::string names_in(const json::object& properties)
{
    std::string list;
    for (const auto& [name, schema] : properties)
        append_name(list, name);
    return list;
}

std::string explained(const std::string& known)
{
    return known.empty() ? "is not known; none is" : "is not known; known are " + known;
}

http::FieldFault unknown_field(std::string name, const json::object& known)
{
    http::FieldFault fault{"body", db::storable(name), explained(names_in(known)), "extra_forbidden"};
    fault.code = error_code("unknown_fields");
    return fault;
}

const json::object* properties_of(const json::object& schema)
{
    const json::value* properties = schema.if_contains("properties");
    return properties == nullptr ? nullptr : properties->if_object();
}

} // namespace

RequestNames::RequestNames(const Operation& operation)
{
    for (const Parameter& parameter : operation.query)
        query_.push_back(parameter.name);
    if (operation.body != nullptr) body_ = operation.body(schemas_).as_object();
}

void RequestNames::check(const http::Request& request) const
{
    Faults faults;
    check_query(request.query(), faults);
    if (request.form) check_form(*request.form, faults);
    if (!body_.empty() && !request.form && !request.body.empty()) {
        boost::system::error_code no_json;
        const json::value value = json::parse(request.body, no_json);
        if (!no_json) check_json(value, body_, "", faults);
    }
    if (faults.size() > max_faults) faults.resize(max_faults);
    if (!faults.empty()) throw http::Refusal(std::move(faults));
}

void RequestNames::check_query(std::string_view query, Faults& faults) const
{
    const auto parameters = webhooks::parse_form(query);
    if (query.empty() || !parameters) return;
    std::string known;
    for (const std::string_view name : query_)
        append_name(known, name);
    for (const auto& [name, value] : parameters->parameters) {
        if (std::ranges::find(query_, std::string_view(name)) != query_.end()) continue;
        faults.push_back({"query", db::storable(name), explained(known), "extra_forbidden"});
        faults.back().code = error_code("unknown_parameters");
    }
}

void RequestNames::check_form(const http::MultipartForm& form, Faults& faults) const
{
    const json::object& known = *properties_of(resolved(body_));
    for (const auto& [name, value] : form.fields)
        if (!known.contains(name)) faults.push_back(unknown_field(name, known));
    for (const auto& [name, file] : form.files)
        if (!known.contains(name)) faults.push_back(unknown_field(name, known));
}

void RequestNames::check_json(const json::value& value, const json::object& schema, const std::string& place,
                              Faults& faults) const
{
    const json::object& shape = resolved(schema);
    if (const json::array* array = value.if_array(); array != nullptr && shape.contains("items")) {
        for (std::size_t i = 0; i < array->size() && faults.size() < max_faults; ++i)
            check_json((*array)[i], shape.at("items").as_object(), place + "[" + std::to_string(i) + "]", faults);
    }
    const json::object* object = value.if_object();
    const json::object* known = properties_of(shape);
    if (object == nullptr || known == nullptr || shape.contains("additionalProperties")) return;
    for (const auto& [name, member] : *object) {
        const std::string full = (place.empty() ? "" : place + ".") + std::string(name);
        if (const json::value* property = known->if_contains(name))
            check_json(member, property->as_object(), full, faults);
        else
            faults.push_back(unknown_field(full, *known));
    }
}

const json::object& RequestNames::resolved(const json::object& schema) const
{
    const json::value* reference = schema.if_contains("$ref");
    if (reference == nullptr) return schema;
    return schemas_.named().at(reference->as_string().subview(schemas_prefix.size())).as_object();
}

} // namespace waybill::api
