#pragma once

#include "db/campaigns/campaigns.hpp"
#include "db/messages/messages.hpp"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include <span>
#include <string>

// Campaigns and messages as the HTTP contract shows them.
namespace waybill::api
{

// The status that people see: a running campaign whose time has not come is `scheduled`.
std::string shown_status(const db::Campaign& campaign, db::Time now);

boost::json::object metrics_json(const db::Campaign& campaign);

// With its metrics. The rate is that of its sender; 0: when it will end is not told.
boost::json::object campaign_json(const db::Campaign& campaign, db::Time now, double segments_per_second = 0);

boost::json::object message_json(const db::Message& message, std::int64_t price_per_segment);
boost::json::array rejected_json(std::span<const db::RejectedRow> rows);

// The reply to a create: the figures as they are now.
boost::json::object created_json(const db::Campaign& campaign, std::span<const db::RejectedRow> first_rejected,
                                 db::Time now);

} // namespace waybill::api
