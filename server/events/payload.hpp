#pragma once

#include "db/events/events.hpp"

#include <optional>
#include <string>
#include <string_view>

// An event as it leaves: the same text in a delivery, in the feed and when it is replayed, except that an erased person
// is missing from it.
namespace waybill::events
{

// `evt_`, the second in which it happened, its number: another database that reuses a number gives another id.
std::string id_of(const db::Event& event);
std::optional<db::EventNumber> number_of(std::string_view id); // empty: this is no id

// {"id": …, "type": "message.delivered", "timestamp": …, "data": {…}}
std::string payload_of(const db::Event& event);

// What the test button sends; its id is that of no event.
struct TestEvent
{
    std::string id, payload;
};
TestEvent test_event(std::int64_t endpoint_id, db::Time now);

} // namespace waybill::events
