#pragma once

#include "server/http/message.hpp"

#include <map>
#include <string>

namespace waybill::api
{

// SHA-256 (hex) over the fields and the file's bytes: tells whether two requests are the same one. Reads the whole
// file; blocking.
std::string fingerprint(const std::map<std::string, std::string, std::less<>>& fields, const http::SpooledFile& file);

std::string fingerprint(const std::map<std::string, std::string, std::less<>>& fields); // the same without a file

} // namespace waybill::api
