#pragma once

#include "server/api/openapi/schema.hpp"

#include <initializer_list>
#include <span>
#include <string_view>
#include <vector>

// What the document says about each route beyond the table of routes. The names that a request may use are read from
// here, so that what is not documented is refused.
namespace waybill::api
{

struct Parameter
{
    std::string_view name;
    SchemaOf schema;
    std::string_view description, example; // the example as JSON
};

struct Reply
{
    int status;
    SchemaOf schema; // null: no body
    std::string_view description;
    std::string_view media = "application/json";
};

struct Operation
{
    std::string_view route; // GET /api/messages/{id}
    std::string_view id, tag, summary;
    std::vector<Parameter> query;
    SchemaOf body = nullptr; // null: the route reads none
    std::vector<Reply> replies;
    std::string_view errors;       // the codes of its own, with blanks between them
    std::string_view headers = {}; // the request headers that it honours, likewise
};

std::vector<Parameter> paging_parameters();
std::vector<Parameter> paging_and(std::vector<Parameter> more);
std::vector<Operation> joined(std::initializer_list<std::span<const Operation>> parts);

std::span<const Operation> campaign_operations();
std::span<const Operation> message_operations();
std::span<const Operation> event_operations();
std::span<const Operation> access_operations();
std::span<const Operation> system_operations();

const Operation* find_operation(std::string_view method, std::string_view path);

} // namespace waybill::api
