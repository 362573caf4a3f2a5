#pragma once

#include "server/api/contract/error_codes.hpp"
#include "server/api/openapi/operation.hpp"
#include "server/api/routes.hpp"

#include <boost/json/object.hpp>
#include <boost/json/value.hpp>

#include <string_view>
#include <vector>

namespace waybill::api
{

// A value that fits a schema; `named` are the schemas that it may refer to.
boost::json::value example_of(const boost::json::object& schema, const boost::json::object& named);

// Of an error: what a refusal with this code looks like.
boost::json::object example_of_error(std::string_view code);

// The codes of every error with which a route may answer: its own and those that all routes of its kind share.
std::vector<std::string_view> error_codes_of(const Route& route, const Operation& operation);

// The replies of a route by status, refusals among them. Examples of errors are added to `examples` and referred to.
boost::json::object responses_of(const Route& route, const Operation& operation, Schemas& schemas,
                                 boost::json::object& examples);

// Whether an object of this schema has a required member.
bool needs_a_field(const boost::json::object& schema, const boost::json::object& named);

} // namespace waybill::api
