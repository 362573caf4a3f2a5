#pragma once

#include "db/events/deliveries.hpp"
#include "db/events/endpoints.hpp"
#include "db/events/events.hpp"
#include "db/postgres/rows.hpp"

#include <boost/describe/class.hpp>

// Which columns the structs of this wing are read from: those of the view event_details, and of the statements that
// list endpoints and deliveries. For the sources of this wing alone.
namespace waybill::db
{

BOOST_DESCRIBE_STRUCT(Event, (),
                      (number, at, kind, error_code, message_id, recipient, sender, sid, segments, campaign,
                       campaign_name, reference, metadata_json, person, to_address, body, looks_like_opt_out, source,
                       object, reason, principal, order_key))
BOOST_DESCRIBE_STRUCT(Endpoint, (),
                      (id, url, description, secret, old_secret, old_secret_until, kinds, campaign, principal,
                       created_at, disabled_at, disabled_reason, position, waiting))
BOOST_DESCRIBE_STRUCT(StoppedEndpoint, (), (id, url, description, reason, disabled_at))
BOOST_DESCRIBE_STRUCT(ShownDelivery, (),
                      (number, at, kind, state, attempts, attempted_at, milliseconds, status, answer, next_at))

} // namespace waybill::db
