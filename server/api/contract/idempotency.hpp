#pragma once

#include "server/http/refusal.hpp"

#include <map>
#include <string>

// The Idempotency-Key header of the requests that send something.
namespace waybill::api
{

std::string idempotency_key_of(const http::Request& request); // empty: none; a faulty one is refused with 422

http::Refusal key_was_used(); // 422: for another request

// SHA-256 (hex) over the fields and the file's bytes; equal for equal requests. Reads the whole file; blocking.
std::string fingerprint(const std::map<std::string, std::string, std::less<>>& fields, const http::SpooledFile& file);

std::string fingerprint(const std::map<std::string, std::string, std::less<>>& fields); // without a file

} // namespace waybill::api
