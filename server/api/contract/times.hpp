#pragma once

#include "db/campaigns/campaigns.hpp"
#include "server/http/refusal.hpp"

#include <chrono>
#include <optional>
#include <string_view>
#include <vector>

// How requests say when something is sent. An empty text says nothing; what is wrong with another one goes to `faults`.
namespace waybill::api
{

constexpr std::chrono::days max_campaign_schedule{365};

// A time from a minute ago up to `furthest`. A clock may be a little fast, but a time that has passed would send
// everything immediately.
std::optional<db::Time> read_send_at(std::string_view text, db::Time now, std::chrono::days furthest,
                                     std::vector<http::FieldFault>& faults);

// `21:00-09:00` and the name of a zone, which the database still has to know; without a zone each recipient's own
// counts.
std::optional<db::QuietHours> read_quiet_hours(std::string_view hours, std::string_view time_zone,
                                               std::vector<http::FieldFault>& faults);

} // namespace waybill::api
