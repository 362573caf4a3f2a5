#include "server/api/openapi/responses.hpp"

#include "server/api/contract/error_codes.hpp"
#include "server/api/openapi/asked.hpp"

#include <boost/json/array.hpp>

#include <algorithm>
#include <map>
#include <string>

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

namespace
{

json::string string_of(std::string_view from)
{
    return json::string(from.data(), from.size());
}

void add_words(std::vector<std::string_view>& list, std::string_view words)
{
    while (!words.empty()) {
        const std::string_view word = words.substr(0, words.find(' '));
        words.remove_prefix(std::min(words.size(), word.size() + 1));
        if (!word.empty() && std::ranges::find(list, word) == list.end()) list.push_back(word);
    }
}

json::object response_of(const Reply& reply, Schemas& schemas)
{
    json::object shown{{"description", string_of(reply.description)}};
    if (reply.schema == nullptr) return shown;
    json::object schema = reply.schema(schemas).as_object();
    json::object content;
    if (reply.media == "application/json") content["example"] = example_of(schema, schemas.named());
    content["schema"] = std::move(schema);
    shown["content"] = json::object{{string_of(reply.media), std::move(content)}};
    return shown;
}

json::object error_response_of(const std::vector<std::string_view>& codes, Schemas& schemas, json::object& examples)
{
    std::string description;
    json::object shown_examples;
    for (const std::string_view code : codes) {
        description.append(description.empty() ? "`" : ", `").append(code).append("`");
        examples[string_of(code)] =
            json::object{{"summary", string_of(find_error_code(code)->meaning)}, {"value", example_of_error(code)}};
        shown_examples[string_of(code)] = json::object{{"$ref", "#/components/examples/" + std::string(code)}};
    }
    schemas.of<ShownFault>();
    return {{"description", description},
            {"content",
             {{"application/json", {{"schema", schemas.of<ShownError>()}, {"examples", std::move(shown_examples)}}}}}};
}

} // namespace

std::vector<std::string_view> error_codes_of(const Route& route, const Operation& operation)
{
    std::vector<std::string_view> codes;
    add_words(codes, operation.errors);
    const bool is_ours = route.path.starts_with("/api/");
    if (route.permission != access::Permission::none)
        add_words(codes, "invalid_credential not_authenticated rate_limited database_unavailable");
    if (route.permission != access::Permission::none && route.permission != access::Permission::any)
        add_words(codes, "missing_permission");
    if (route.needs == Needs::database) add_words(codes, "starting database_unavailable");
    if (route.needs == Needs::journal) add_words(codes, "starting unavailable");
    if (operation.body != nullptr) add_words(codes, "bad_request request_timeout body_too_large");
    if (operation.body != nullptr && is_ours) add_words(codes, "unknown_fields invalid_fields");
    if (route.body == Body::json_body || route.body == Body::short_json || route.body == Body::large_json)
        add_words(codes, "invalid_json unsupported_media_type");
    if (!operation.query.empty()) add_words(codes, "invalid_fields");
    if (is_ours)
        add_words(codes, "bad_request unknown_parameters unknown_host forbidden too_many_requests unavailable");
    add_words(codes, "headers_too_large");
    // Of the others nothing can fail that is not answered otherwise.
    if (route.permission != access::Permission::none || route.needs == Needs::database)
        add_words(codes, "internal_error");
    return codes;
}

json::object responses_of(const Route& route, const Operation& operation, Schemas& schemas, json::object& examples)
{
    json::object responses;
    for (const Reply& reply : operation.replies)
        responses[std::to_string(reply.status)] = response_of(reply, schemas);
    std::map<int, std::vector<std::string_view>> by_status;
    for (const std::string_view code : error_codes_of(route, operation))
        by_status[find_error_code(code)->status].push_back(code);
    for (const auto& [status, codes] : by_status)
        responses[std::to_string(status)] = error_response_of(codes, schemas, examples);
    return responses;
}

bool needs_a_field(const json::object& schema, const json::object& named)
{
    constexpr std::string_view prefix = "#/components/schemas/";
    if (const json::value* reference = schema.if_contains("$ref"))
        return needs_a_field(named.at(reference->as_string().subview(prefix.size())).as_object(), named);
    return schema.contains("required");
}

} // namespace waybill::api
