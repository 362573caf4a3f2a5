#pragma once

#include "db/messages/messages.hpp"
#include "server/api/contract/json.hpp"
#include "server/http/refusal.hpp"

#include <boost/json/value.hpp>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

// `reference` and `metadata`: a client's own words for what it creates.
namespace waybill::api
{

struct ShownLabels
{
    std::optional<std::string_view> reference;
    std::optional<RawJson> metadata;
};
BOOST_DESCRIBE_STRUCT(ShownLabels, (), (reference, metadata))

// The views are those of the texts; empty: null.
ShownLabels show_labels(std::string_view reference, std::string_view metadata_json);

// What is wrong with them goes to `faults`. An empty reference and an absent value are none.
std::string read_reference(std::string_view text, std::vector<http::FieldFault>& faults);
std::string read_metadata(const boost::json::value& value, std::vector<http::FieldFault>& faults); // null: none
std::string read_metadata_text(std::string_view json, std::vector<http::FieldFault>& faults);      // empty: none

} // namespace waybill::api
