#pragma once

#include <boost/json/object.hpp>
#include <boost/json/value.hpp>

#include <string>

namespace waybill::api
{

// A reply's body: as boost::json::serialize, but with numbers as people write them, 2.65 and not 2.65E0.
std::string json_text(const boost::json::value& value);
std::string json_text(const boost::json::object& object);

} // namespace waybill::api
