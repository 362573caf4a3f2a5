#pragma once

#include "db/messages/messages.hpp"

#include <boost/json/object.hpp>

#include <cstdint>

namespace waybill::api
{

// One message with all that is known of it: what lists show, where it came from, and, once something was said, its
// timeline. `price_per_segment` counts when the message has none of its own.
boost::json::object history_json(const db::MessageHistory& history, std::int64_t price_per_segment);

// The same of a message that was just made: nothing was said of it yet.
boost::json::object new_message_json(const db::MessageHistory& history, std::int64_t price_per_segment);

} // namespace waybill::api
