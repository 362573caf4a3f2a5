#pragma once

#include "server/http/message.hpp"

#include <boost/json/value.hpp>

#include <functional>
#include <optional>
#include <string>
#include <string_view>

// What callers without people:read get to see of people: that they exist.
namespace waybill::api
{

std::string masked_number(std::string_view number); // +15550100000 -> +155********
std::string masked_name(std::string_view name);     // Ana Maria -> A***

// Masks names and numbers and removes texts, by the names of the members that hold them, however deep.
void mask_people(boost::json::value& value);

// If its body is JSON. What the next page begins with may be a number: `seal` makes the cursor unreadable.
void mask_people(http::Response& response, const std::function<std::string(std::string_view)>& seal);

using Unseal = std::function<std::optional<std::string>(const std::string&)>;

// The other way, in the query of a request. False: the cursor is none of ours.
bool unseal_cursor(http::Request& request, const Unseal& unseal);

// The request of a caller who may not see people: no search by name or number, and cursors as this server has sealed
// them. Throws http::Refusal.
void prepare_masked(http::Request& request, const Unseal& unseal);

std::string masked_event(std::string_view event); // of a text/event-stream, with a JSON object as its data

} // namespace waybill::api
