#include "server/api/openapi/schema.hpp"

#include <boost/core/demangle.hpp>
#include <boost/json/array.hpp>
#include <boost/json/parse.hpp>

#include <utility>

namespace waybill::api
{

namespace json = boost::json;

namespace
{

void remove_all(std::string& text, std::string_view part)
{
    for (std::size_t at = text.find(part); at != std::string::npos; at = text.find(part, at))
        text.erase(at, part.size());
}

} // namespace

std::string Schemas::name_of(const std::type_info& type)
{
    std::string name = boost::core::demangle(type.name());
    for (const std::string_view part : {"waybill::api::", "(anonymous namespace)::", "::", "Shown"})
        remove_all(name, part);
    return name;
}

json::value Schemas::parsed(std::string_view schema)
{
    return json::parse(json::string_view(schema.data(), schema.size()));
}

json::value Schemas::nullable(json::value schema)
{
    json::object& object = schema.as_object();
    json::value* type = object.if_contains("type");
    if (object.contains("$ref"))
        return json::object{{"anyOf", json::array{std::move(schema), json::object{{"type", "null"}}}}};
    if (type == nullptr) return schema; // anything, null as well
    if (type->is_string())
        *type = json::array{*type, "null"};
    else
        type->as_array().emplace_back("null");
    return schema;
}

void Schemas::add_property(Fields& fields, std::string_view name, json::value schema, bool required)
{
    const json::string_view key(name.data(), name.size());
    for (const auto& [word, value] : glossary_entry(fields.owner, name))
        schema.as_object()[word] = value;
    fields.properties[key] = std::move(schema);
    if (required) fields.required.emplace_back(key);
}

json::value Schemas::finished(Fields fields)
{
    json::object schema{{"type", "object"}};
    if (!fields.required.empty()) schema["required"] = std::move(fields.required);
    schema["properties"] = std::move(fields.properties);
    named_[fields.owner] = std::move(schema);
    return reference_to(fields.owner);
}

json::value Schemas::reference_to(const std::string& name) const
{
    return json::object{{"$ref", "#/components/schemas/" + name}};
}

} // namespace waybill::api
