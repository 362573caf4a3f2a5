#include "server/http/request_id.hpp"

#include <algorithm>
#include <random>

namespace waybill::http
{

RequestIds::RequestIds()
{
    constexpr std::string_view digits = "0123456789abcdef";
    std::random_device random;
    for (int each = 0; each < 16; ++each)
        beginning_ += digits[random() % digits.size()];
    beginning_ += '.';
}

std::string RequestIds::next()
{
    return beginning_ + std::to_string(++last_);
}

bool is_usable_request_id(std::string_view text)
{
    const auto is_usable = [](char each) {
        return (each >= 'a' && each <= 'z') || (each >= 'A' && each <= 'Z') || (each >= '0' && each <= '9') ||
               each == '.' || each == '_' || each == '-';
    };
    return text.size() >= 8 && text.size() <= 64 && std::ranges::all_of(text, is_usable);
}

} // namespace waybill::http
