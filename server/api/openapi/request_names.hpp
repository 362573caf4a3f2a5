#pragma once

#include "server/api/openapi/operation.hpp"
#include "server/http/message.hpp"
#include "server/http/refusal.hpp"

#include <boost/json/object.hpp>

#include <string>
#include <string_view>
#include <vector>

namespace waybill::api
{

// The names that the requests of a route may use in their query and their body: those that the document has.
class RequestNames
{
public:
    explicit RequestNames(const Operation& operation);

    // Throws a Refusal (422) that names what is unknown, and what is known. A body that is no JSON object is the
    // handler's matter.
    void check(const http::Request& request) const;

private:
    using Faults = std::vector<http::FieldFault>;

    void check_query(std::string_view query, Faults& faults) const;
    void check_form(const http::MultipartForm& form, Faults& faults) const;
    void check_json(const boost::json::value& value, const boost::json::object& schema, const std::string& place,
                    Faults& faults) const;
    const boost::json::object& resolved(const boost::json::object& schema) const;

    std::vector<std::string_view> query_;
    Schemas schemas_;
    boost::json::object body_; // the schema; empty: none is read
};

} // namespace waybill::api
