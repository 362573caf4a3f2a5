#include "server/api/openapi/event_operations.hpp"

#include "server/api/contract/event.hpp"
#include "server/api/openapi/asked.hpp"
#include "server/api/openapi/operation.hpp"

namespace waybill::api
{

namespace
{

constexpr std::string_view events_tag = "Events";

std::vector<Parameter> position_parameters(std::string_view without)
{
    return {{"after", schema_of<std::string>, without, "\"evt_1774958400_17\""}};
}

std::vector<Parameter> feed_parameters()
{
    std::vector<Parameter> parameters =
        position_parameters("Only what comes behind this event, or a `nextAfter`; the oldest ones if left out.");
    parameters.push_back(paging_parameters().front());
    return parameters;
}

const std::vector<Operation> feed_operations = {
    {"GET /api/events",
     "listEvents",
     events_tag,
     "Read what happened, oldest first; events of messages are written while endpoints want them or this is read "
     "weekly",
     feed_parameters(),
     nullptr,
     {{200, schema_of<ShownEvents>, "The next events."}},
     ""},
    {"GET /api/events/stream",
     "streamEvents",
     events_tag,
     "The same as Server-Sent Events, while they happen",
     position_parameters(
         "Begin behind this event; with what happens from now on if left out. Last-Event-ID counts too."),
     nullptr,
     {{200, schema_of<std::string>, "One event each, its `data` as in the feed.", "text/event-stream"}},
     ""},
};

const std::vector<Operation> endpoint_operations = {
    {"GET /api/endpoints",
     "listEndpoints",
     events_tag,
     "List the endpoints",
     {},
     nullptr,
     {{200, schema_of<ShownEndpoints>, "All endpoints."}},
     ""},
    {"POST /api/endpoints",
     "addEndpoint",
     events_tag,
     "Add an endpoint that events are delivered to from now on",
     {},
     schema_of<NewEndpointRequest>,
     {{201, schema_of<ShownEndpoint>, "The endpoint, with the secret that signs its events."}},
     "missing_fields"},
    {"GET /api/endpoints/{id}",
     "getEndpoint",
     events_tag,
     "See an endpoint",
     {},
     nullptr,
     {{200, schema_of<ShownEndpoint>, "The endpoint."}},
     "endpoint_not_found"},
    {"PATCH /api/endpoints/{id}",
     "changeEndpoint",
     events_tag,
     "Change an endpoint; what is left out stays",
     {},
     schema_of<EndpointChangeRequest>,
     {{200, schema_of<ShownEndpoint>, "The endpoint as it is now. Enabled again, it gets what it has missed."}},
     "endpoint_not_found"},
    {"DELETE /api/endpoints/{id}",
     "removeEndpoint",
     events_tag,
     "Remove an endpoint and its deliveries",
     {},
     nullptr,
     {{204, nullptr, "It is gone."}},
     "endpoint_not_found"},
    {"POST /api/endpoints/{id}/rotate-secret",
     "rotateSecret",
     events_tag,
     "Replace the secret; for some time both sign",
     {},
     schema_of<SecretRotationRequest>,
     {{200, schema_of<ShownEndpoint>, "The endpoint with its new secret."}},
     "endpoint_not_found"},
    {"POST /api/endpoints/{id}/test",
     "testEndpoint",
     events_tag,
     "Send a test event and see what the endpoint answers",
     {},
     nullptr,
     {{200, schema_of<ShownTestDelivery>, "Its answer."}},
     "endpoint_not_found"},
    {"GET /api/endpoints/{id}/deliveries",
     "listDeliveries",
     events_tag,
     "See what became of the events, newest first",
     paging_and({{"state", schema_of<std::string>, "Only in this state.", "\"failed\""}}),
     nullptr,
     {{200, schema_of<ShownEventDeliveries>, "A page of deliveries."}},
     "endpoint_not_found"},
    {"POST /api/endpoints/{id}/replay",
     "replayEvents",
     events_tag,
     "Deliver events again, by id or those of a time that the endpoint wants, up to 100,000",
     {},
     schema_of<ReplayRequest>,
     {{202, schema_of<ShownReplay>, "They are on their way."}},
     "endpoint_not_found missing_fields"},
};

const std::vector<Operation> notification_operations = {
    {"GET /api/notifications",
     "listNotificationAddresses",
     "System",
     "List the addresses that notifications go to",
     {},
     nullptr,
     {{200, schema_of<ShownNotificationAddresses>, "All addresses; those of chats, which are secrets, shortened."}},
     ""},
    {"POST /api/notifications",
     "addNotificationAddress",
     "System",
     "Add an address that gets notifications from now on",
     {},
     schema_of<NewNotificationAddressRequest>,
     {{201, schema_of<ShownNotificationAddress>, "The address."}},
     "missing_fields too_many_addresses"},
    {"PATCH /api/notifications/{id}",
     "changeNotificationAddress",
     "System",
     "Change an address; what is left out stays",
     {},
     schema_of<NotificationAddressChangeRequest>,
     {{200, schema_of<ShownNotificationAddress>, "The address as it is now."}},
     "notification_address_not_found"},
    {"DELETE /api/notifications/{id}",
     "removeNotificationAddress",
     "System",
     "Remove an address",
     {},
     nullptr,
     {{204, nullptr, "It is gone."}},
     "notification_address_not_found"},
    {"POST /api/notifications/{id}/test",
     "testNotificationAddress",
     "System",
     "Send a test notification and see whether it is accepted",
     {},
     nullptr,
     {{200, schema_of<ShownTestNotification>, "What became of it."}},
     "notification_address_not_found"},
};

} // namespace

std::span<const Operation> event_operations()
{
    static const std::vector<Operation> all = joined({feed_operations, endpoint_operations, notification_operations});
    return all;
}

} // namespace waybill::api
