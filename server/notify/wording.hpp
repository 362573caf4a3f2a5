#pragma once

#include "db/events/notifications.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

// What notifications say: what has happened, and what to do, in plain sentences. No I/O.
namespace waybill::notify
{

// Empty: the event is none that people are notified of. `dashboard`: its URL; empty: unknown.
std::optional<db::Notification> about_event(const db::NotableEvent& event, std::string_view dashboard);

db::Notification about_endpoint(const db::DisabledEndpoint& endpoint, std::string_view dashboard);
db::Notification about_sign_in(const db::NewSignIn& sign_in, std::string_view dashboard);
db::Notification about_silent_receipts(std::string_view dashboard);
db::Notification about_journal(std::int64_t receipts, std::string_view dashboard);

db::Notification test_notification(std::string_view dashboard);

} // namespace waybill::notify
