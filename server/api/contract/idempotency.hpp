#pragma once

#include "server/http/message.hpp"

#include <optional>
#include <string>

// The Idempotency-Key header of the requests that send something.
namespace waybill::api
{

std::string idempotency_key_of(const http::Request& request); // empty: none

// Why a key cannot be kept (422).
std::optional<http::Response> refuse_key(const std::string& key);

http::Response key_was_used(); // 422: for another request

} // namespace waybill::api
