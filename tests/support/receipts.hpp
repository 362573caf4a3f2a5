#pragma once

#include "db/types/types.hpp"

#include <optional>
#include <string>

namespace waybill::test
{

inline constexpr const char* account_sid = "AC00000000000000000000000000000001";

// A receipt of Twilio's for that message, as it comes out of the webhook.
inline db::Receipt receipt(db::MessageId id, const std::string& status, std::optional<int> error = std::nullopt)
{
    db::Receipt made;
    made.message_id = id;
    made.message_sid = "SM0000000000000000000000000000000a";
    made.account_sid = account_sid;
    made.status = status;
    made.error_code = error;
    made.extra_json = R"({"To":"+15550100000"})";
    made.received_at = std::chrono::system_clock::now();
    return made;
}

} // namespace waybill::test
