#include "server/api/openapi/example.hpp"

#include "server/api/contract/error_codes.hpp"

#include <boost/json/array.hpp>

namespace waybill::api
{

namespace json = boost::json;

namespace
{

constexpr std::string_view reference_prefix = "#/components/schemas/";

json::string_view type_of(const json::object& schema)
{
    const json::value* type = schema.if_contains("type");
    if (type == nullptr) return "";
    return type->is_array() ? type->get_array().at(0).as_string() : type->as_string();
}

json::value example_of_object(const json::object& schema, const json::object& named)
{
    json::object example;
    if (const json::value* properties = schema.if_contains("properties"))
        for (const auto& [name, property] : properties->as_object())
            example[name] = example_of(property.as_object(), named);
    return example;
}

} // namespace

json::value example_of(const json::object& schema, const json::object& named)
{
    if (const json::value* examples = schema.if_contains("examples")) return examples->as_array().at(0);
    if (const json::value* any = schema.if_contains("anyOf"))
        return example_of(any->as_array().at(0).as_object(), named);
    if (const json::value* reference = schema.if_contains("$ref"))
        return example_of(named.at(reference->as_string().subview(reference_prefix.size())).as_object(), named);
    const json::string_view type = type_of(schema);
    if (type == "object") return example_of_object(schema, named);
    if (type == "array") return json::array{example_of(schema.at("items").as_object(), named)};
    if (type == "integer") return 1;
    if (type == "number") return 1.5;
    if (type == "boolean") return true;
    if (type == "string") return schema.contains("pattern") ? "1798000000001" : "text";
    return json::object();
}

json::object example_of_error(std::string_view code)
{
    const ErrorCode& error = *find_error_code(code);
    const json::string_view meaning(error.meaning.data(), error.meaning.size());
    json::value detail = meaning;
    if (error.status == 422)
        detail =
            json::array{json::object{{"loc", json::array{"body", "to"}}, {"msg", meaning}, {"type", "value_error"}}};
    return {{"error", meaning}, {"detail", std::move(detail)}, {"code", json::string_view(code.data(), code.size())}};
}

} // namespace waybill::api
