#include "server/http/percent_decoding.hpp"

#include <charconv>

namespace waybill::http
{

std::optional<std::string> percent_decoded(std::string_view text)
{
    std::string decoded;
    decoded.reserve(text.size());
    for (std::size_t at = 0; at < text.size(); ++at) {
        if (text[at] != '%') {
            decoded += text[at];
            continue;
        }
        const std::string_view digits = text.substr(at + 1, 2);
        unsigned value = 0;
        const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value, 16);
        if (error != std::errc{} || end != digits.data() + 2) return std::nullopt;
        decoded += static_cast<char>(value);
        at += 2;
    }
    return decoded;
}

} // namespace waybill::http
