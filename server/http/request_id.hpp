#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace waybill::http
{

// Names requests in responses, in the log and in the audit log. The ids of two processes differ by their random
// beginning, those of one process by a number; neither costs a receipt anything worth mentioning.
class RequestIds
{
public:
    RequestIds();
    std::string next(); // 16 hexadecimal digits, a dot, a number

private:
    std::string beginning_;
    std::uint64_t last_ = 0;
};

// Whether what a client calls its request may be stored: 8 to 64 letters, digits, dots, hyphens and underscores.
bool is_usable_request_id(std::string_view text);

} // namespace waybill::http
