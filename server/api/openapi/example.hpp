#pragma once

#include <boost/json/object.hpp>
#include <boost/json/value.hpp>

#include <string_view>

namespace waybill::api
{

// A value that fits a schema; `named` are the schemas that it may refer to.
boost::json::value example_of(const boost::json::object& schema, const boost::json::object& named);

// Of an error: what a refusal with this code looks like.
boost::json::object example_of_error(std::string_view code);

} // namespace waybill::api
