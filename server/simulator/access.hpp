#pragma once

#include "server/http/message.hpp"
#include "server/simulator/simulator.hpp"

#include <optional>
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

// Who may call the API: the account with its token, and the API key when there is one.
class Access
{
public:
    explicit Access(const SimulatorOptions& options);

    // 401 / 20003 for wrong credentials, 404 / 20404 for a path of another account.
    std::optional<Refusal> refuse(const http::Request& request) const;

private:
    std::string account_sid_;
    std::string by_token_, by_api_key_; // what the Authorization header must say
};

Refusal not_found(const http::Request& request);

} // namespace waybill::simulator
