#pragma once

#include "db/types/types.hpp"
#include "server/http/message.hpp"
#include "server/http/refusal.hpp"

#include <boost/json/object.hpp>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace waybill::api
{

// Reads the members of a request's JSON object and collects what is wrong with them.
class JsonFields
{
public:
    explicit JsonFields(const http::Request& request); // throws a Refusal when the body is no JSON object

    bool has(std::string_view name) const { return object_.contains(name); } // null counts
    bool is_empty() const { return object_.empty(); }

    std::string required(std::string_view name); // empty after a fault
    std::optional<std::string> optional(std::string_view name);
    std::optional<std::vector<std::string>> optional_list(std::string_view name);
    std::optional<std::int64_t> optional_number(std::string_view name, std::int64_t lowest, std::int64_t highest);
    std::optional<bool> optional_flag(std::string_view name);

    void fault(std::string_view name, std::string message, std::string type = "value_error");
    void refuse_faults() const; // throws a Refusal when there are any

private:
    boost::json::object object_;
    std::vector<http::FieldFault> faults_;
};

} // namespace waybill::api
