#pragma once

#include <boost/json/object.hpp>

#include <string_view>

namespace waybill::api
{

// What the document says about a member of that struct: a description, an example, the values that it may have. Words
// that mean the same everywhere have one entry; `Struct.name` goes before `name`. Empty: nothing.
boost::json::object glossary_entry(std::string_view owner, std::string_view name);

} // namespace waybill::api
