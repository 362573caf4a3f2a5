#pragma once

#include "server/http/message.hpp"

#include <string>

namespace waybill::simulator
{

// An answer in Twilio's classic error shape: code, message, more_info, status.
struct Refusal
{
    int http_status;
    int code;
    std::string message;
};

http::Response to_response(const Refusal& refusal);

} // namespace waybill::simulator
