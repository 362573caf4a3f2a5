#include "server/events/payload.hpp"

#include "server/api/openapi/event_operations.hpp"

#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <boost/test/unit_test.hpp>

#include <string>

using namespace waybill;

namespace json = boost::json;

namespace
{

json::object parsed(std::string_view text)
{
    return json::parse(json::string_view(text.data(), text.size())).as_object();
}

db::Event event_of(std::string_view kind)
{
    db::Event event;
    event.number = 17;
    event.at = db::Time(std::chrono::milliseconds(1'774'958'400'250));
    event.kind = kind;
    event.message_id = 42;
    event.recipient = "+15550100000";
    event.sender = "+15005550006";
    event.metadata_json = R"({"order":"A-17"})";
    event.object = "SM1";
    event.person = "+15550100001";
    event.body = "\"Yes\"";
    return event;
}

} // namespace

BOOST_AUTO_TEST_SUITE(event_payload)

BOOST_AUTO_TEST_CASE(an_event_says_what_it_is_when_it_happened_and_what_it_is_about)
{
    db::Event event = event_of("message.undelivered");
    event.error_code = 30003;
    BOOST_TEST(events::payload_of(event) ==
               R"({"id":"evt_1774958400_17","type":"message.undelivered","timestamp":"2026-03-31T12:00:00.250Z",)"
               R"("data":{"id":"42","status":"undelivered","to":"+15550100000","from":"+15005550006","sid":null,)"
               R"("segments":0,"errorCode":30003,"campaignId":null,"reference":null,"metadata":{"order":"A-17"}}})");
}

BOOST_AUTO_TEST_CASE(the_document_knows_every_member_of_every_kind)
{
    const json::object schema = parsed(api::own_schema<api::EventJson>);
    const json::object& outer = schema.at("properties").as_object();
    const json::object& inner = outer.at("data").as_object().at("properties").as_object();
    for (const std::string_view kind : db::event_kinds) {
        const json::object event = parsed(events::payload_of(event_of(kind)));
        BOOST_TEST(event.at("type").as_string() == kind);
        for (const auto& [name, value] : event)
            BOOST_TEST(outer.contains(name), name);
        for (const auto& [name, value] : event.at("data").as_object())
            BOOST_TEST(inner.contains(name), kind << " " << name);
    }
}

BOOST_AUTO_TEST_CASE(an_id_leads_back_to_its_event_and_other_texts_lead_nowhere)
{
    BOOST_TEST(events::number_of(events::id_of(event_of("campaign.started"))).value() == 17);
    for (const char* none :
         {"", "evt_", "evt_17", "evt_1_", "evt_1_x", "evt_1_0", "evt_1_-3", "evt_1_99999999999999999999", "17"})
        BOOST_TEST(!events::number_of(none), none);
}

BOOST_AUTO_TEST_SUITE_END()
