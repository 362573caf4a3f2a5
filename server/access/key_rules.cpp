#include "server/access/key_rules.hpp"

#include <algorithm>

namespace waybill::access
{

namespace
{

constexpr std::size_t max_name = 100;

bool are_digits(std::string_view text, std::size_t min, std::size_t max)
{
    return text.size() >= min && text.size() <= max && text.find_first_not_of("0123456789") == std::string_view::npos;
}

} // namespace

std::optional<std::string> fault_of_key_name(std::string_view name)
{
    if (name.empty()) return "must not be blank";
    if (name.size() > max_name) return "must have at most 100 bytes";
    const bool has_control =
        std::ranges::any_of(name, [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == '\x7f'; });
    if (has_control) return "must be one line of text";
    return std::nullopt;
}

bool is_sender(std::string_view text)
{
    if (text.starts_with('+')) return are_digits(text.substr(1), 7, 15);
    return are_digits(text, 3, 8);
}

std::vector<std::string> split_list(std::string_view text)
{
    std::vector<std::string> parts;
    for (std::size_t begin = 0; begin <= text.size();) {
        const std::size_t end = std::min(text.find(',', begin), text.size());
        parts.emplace_back(text.substr(begin, end - begin));
        begin = end + 1;
    }
    return parts;
}

} // namespace waybill::access
