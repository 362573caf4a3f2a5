#pragma once

#include "server/http/message.hpp"

#include <string_view>

namespace waybill::api
{

// A campaign with its recipients as JSON, made into the form that uploads it: the fields as texts, the recipients as a
// list. Throws http::Refusal: a 400 when the text is no JSON object, a 422 that names every member that does not fit.
http::MultipartForm form_of_json(std::string_view text);

} // namespace waybill::api
