#pragma once

#include "server/http/message.hpp"

#include <string>
#include <vector>

namespace waybill::api
{

// One faulty field of a request, told as api clients know it: `{"loc": ["body", name], "msg": …, "type": …}`.
struct FieldFault
{
    std::string where = "body"; // body, query or header
    std::string name;
    std::string message;
    std::string type; // missing, value_error, …
};

http::Response unprocessable(const std::vector<FieldFault>& faults);                // 422
http::Response unavailable(std::string_view sentence, int retry_after_seconds = 5); // 503

} // namespace waybill::api
