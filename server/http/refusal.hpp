#pragma once

#include "server/http/message.hpp"

#include <exception>
#include <string>
#include <vector>

namespace waybill::http
{

// One faulty part of a request, shown as `{"loc": [where, name], "msg": message, "type": type}`.
struct FieldFault
{
    std::string where; // body, query, path or header
    std::string name;
    std::string message;
    std::string type;                   // missing, value_error, …
    std::vector<std::string> choices{}; // of a question: the answers that the field may give
    std::string_view code{};            // a literal; empty: that of its type
};

// What a handler throws to refuse a request. The server turns it into the standard error JSON.
class Refusal : public std::exception
{
public:
    Refusal(int status, std::string sentence);        // a sentence that says what to do
    explicit Refusal(std::vector<FieldFault> faults); // 422; `detail` lists the faults
    explicit Refusal(FieldFault fault);

    // Replaces the error code, which is the usual one of the status or that of the faults. A literal.
    Refusal&& with_code(std::string_view code) &&;
    Refusal&& with_header(std::string name, std::string value) &&;
    // Adds the members of a JSON object, given as text, behind `error`, `detail` and `code`.
    Refusal&& with_members(std::string json_object) &&;

    int status() const { return status_; }
    const char* what() const noexcept override { return sentence_.c_str(); }
    Response response() const;

private:
    int status_;
    std::string_view code_;
    std::string sentence_;
    std::vector<FieldFault> faults_;
    std::vector<Header> headers_;
    std::string members_;
};

// 503 with Retry-After.
Refusal unavailable(std::string sentence, int retry_after_seconds = 5);

} // namespace waybill::http
