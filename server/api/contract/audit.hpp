#pragma once

#include "server/api/contract/json.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

// The audit log as the HTTP contract shows it. Texts are those of the values that are shown.
namespace waybill::api
{

struct ShownAuditEntry
{
    std::int64_t id = 0;
    db::Time at;
    std::string_view request_id, client_request_id, principal, peer, action, object;
    RawJson changed;
    int count = 1;
};
BOOST_DESCRIBE_STRUCT(ShownAuditEntry, (),
                      (id, at, request_id, client_request_id, principal, peer, action, object, changed, count))

struct ShownAudit
{
    std::vector<ShownAuditEntry> entries;
    std::optional<std::string> next_cursor;
};
BOOST_DESCRIBE_STRUCT(ShownAudit, (), (entries, next_cursor))

} // namespace waybill::api
