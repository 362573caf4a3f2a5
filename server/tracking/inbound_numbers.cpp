#include "server/tracking/inbound_numbers.hpp"

#include "server/text/phone_number.hpp"

#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace waybill::tracking
{

namespace json = boost::json;

namespace
{

void keep_address(db::InboundMessage& message, std::string_view name, const std::string& address)
{
    json::object extra;
    if (!message.extra_json.empty()) extra = json::parse(message.extra_json).as_object();
    extra.emplace(name, address);
    message.extra_json = json::serialize(extra);
}

// True when the address is a number, which then replaces it.
bool replace_by_number(db::InboundMessage& message, std::string db::InboundMessage::*address, std::string_view name)
{
    std::optional<std::string> number = text::number_of_address(message.*address);
    if (!number) return false;
    if (*number != message.*address) keep_address(message, name, message.*address);
    message.*address = *std::move(number);
    return true;
}

} // namespace

db::InboundMessage with_numbers(db::InboundMessage message)
{
    message.from_is_number = replace_by_number(message, &db::InboundMessage::from, "From");
    replace_by_number(message, &db::InboundMessage::to, "To");
    return message;
}

} // namespace waybill::tracking
