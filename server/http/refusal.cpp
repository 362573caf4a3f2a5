#include "server/http/refusal.hpp"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include <algorithm>
#include <utility>

namespace waybill::http
{

namespace json = boost::json;

namespace
{

std::string sentence_of(const std::vector<FieldFault>& faults)
{
    std::string sentence;
    for (const FieldFault& fault : faults)
        sentence += (sentence.empty() ? "" : "; ") + fault.name + ": " + fault.message;
    return sentence;
}

json::array detail_of(const std::vector<FieldFault>& faults)
{
    json::array detail;
    for (const FieldFault& fault : faults) {
        json::object shown{{"loc", json::array{fault.where, fault.name}}, {"msg", fault.message}, {"type", fault.type}};
        if (!fault.choices.empty()) shown["choices"] = json::array(fault.choices.begin(), fault.choices.end());
        detail.push_back(std::move(shown));
    }
    return detail;
}

std::string_view code_of(const FieldFault& fault)
{
    if (!fault.code.empty()) return fault.code;
    if (fault.type == "missing") return "missing_fields";
    if (fault.type == "question") return "open_questions";
    return usual_error_code(422);
}

// That of all faults, if it is the same one.
std::string_view code_of(const std::vector<FieldFault>& faults)
{
    const auto differs = [&](const FieldFault& fault) { return code_of(fault) != code_of(faults.front()); };
    return faults.empty() || std::ranges::any_of(faults, differs) ? usual_error_code(422) : code_of(faults.front());
}

} // namespace

Refusal::Refusal(int status, std::string sentence)
    : status_(status), code_(usual_error_code(status)), sentence_(std::move(sentence))
{
}

Refusal::Refusal(std::vector<FieldFault> faults)
    : status_(422), code_(code_of(faults)), sentence_(sentence_of(faults)), faults_(std::move(faults))
{
}

Refusal::Refusal(FieldFault fault) : Refusal(std::vector<FieldFault>{std::move(fault)}) {}

Refusal&& Refusal::with_code(std::string_view code) &&
{
    code_ = code;
    return std::move(*this);
}

Refusal&& Refusal::with_header(std::string name, std::string value) &&
{
    headers_.emplace_back(std::move(name), std::move(value));
    return std::move(*this);
}

Refusal&& Refusal::with_members(std::string json_object) &&
{
    members_ = std::move(json_object);
    return std::move(*this);
}

Response Refusal::response() const
{
    json::object body{{"error", sentence_}, {"detail", sentence_}};
    if (!faults_.empty()) body["detail"] = detail_of(faults_);
    body["code"] = json::string_view(code_.data(), code_.size());
    std::string text = json::serialize(body);
    if (members_.size() > 2) text.replace(text.size() - 1, 1, "," + members_.substr(1)); // `…}` and `{…}` become one
    Response response = json_response(status_, std::move(text));
    response.headers.insert(response.headers.end(), headers_.begin(), headers_.end());
    return response;
}

Refusal unavailable(std::string sentence, int retry_after_seconds)
{
    return Refusal(503, std::move(sentence)).with_header("Retry-After", std::to_string(retry_after_seconds));
}

} // namespace waybill::http
