#include "server/api/contract/errors.hpp"

#include "server/api/contract/json_text.hpp"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

namespace waybill::api
{

namespace json = boost::json;

http::Response unprocessable(const std::vector<FieldFault>& faults)
{
    json::array detail;
    std::string sentence;
    for (const FieldFault& fault : faults) {
        detail.push_back(
            json::object{{"loc", json::array{fault.where, fault.name}}, {"msg", fault.message}, {"type", fault.type}});
        sentence += (sentence.empty() ? "" : "; ") + fault.name + ": " + fault.message;
    }
    const json::object body{{"error", sentence}, {"detail", detail}};
    return http::json_response(422, json_text(body));
}

http::Response unavailable(std::string_view sentence, int retry_after_seconds)
{
    http::Response response = http::error_response(503, sentence);
    response.headers.emplace_back("Retry-After", std::to_string(retry_after_seconds));
    return response;
}

} // namespace waybill::api
