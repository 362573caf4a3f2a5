#pragma once

#include "db/events/notifications.hpp"
#include "server/api/contract/json.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

// Addresses of notifications as the HTTP contract shows them. Texts are those of the values that are shown.
namespace waybill::api
{

struct ShownNotificationAddress
{
    std::int64_t id = 0;
    std::string_view kind;
    std::string address; // shortened, if it is a secret
    std::string_view preset, created_by;
    db::Time created_at;
    std::optional<db::Time> last_attempt_at;
    std::optional<std::string_view> last_fault;
    std::int64_t waiting_notifications = 0;
};
BOOST_DESCRIBE_STRUCT(ShownNotificationAddress, (),
                      (id, kind, address, preset, created_by, created_at, last_attempt_at, last_fault,
                       waiting_notifications))

struct ShownNotificationAddresses
{
    std::vector<ShownNotificationAddress> addresses;
};
BOOST_DESCRIBE_STRUCT(ShownNotificationAddresses, (), (addresses))

struct ShownTestNotification
{
    bool delivered = false;
    std::optional<std::string_view> fault;
};
BOOST_DESCRIBE_STRUCT(ShownTestNotification, (), (delivered, fault))

} // namespace waybill::api
