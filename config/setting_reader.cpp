#include "config/setting_reader.hpp"

#include "config/ascii.hpp"

#include <charconv>
#include <utility>

namespace waybill::config
{

std::string SettingReader::text(std::string_view name) const
{
    const auto value = lookup_(name);
    return value ? std::string{trimmed(*value)} : std::string{};
}

std::optional<BaseUrl> SettingReader::base_url(std::string_view name)
{
    const auto value = text(name);
    if (value.empty()) return std::nullopt;
    auto parsed = parse_base_url(value);
    if (auto* url = std::get_if<BaseUrl>(&parsed)) return std::move(*url);
    fault(name, std::string{name} + " " + std::get<std::string>(parsed) + ".");
    return std::nullopt;
}

std::int64_t SettingReader::whole_number_or(std::int64_t otherwise, std::string_view name, std::int64_t lowest,
                                            std::int64_t highest)
{
    std::int64_t number = otherwise;
    const auto parse = [&](const std::string& text) {
        const auto end = text.data() + text.size();
        const auto [stop, error] = std::from_chars(text.data(), end, number);
        return error == std::errc{} && stop == end && number >= lowest && number <= highest;
    };
    take(name, "a whole number between " + std::to_string(lowest) + " and " + std::to_string(highest), parse);
    return number;
}

void SettingReader::take(std::string_view name, std::string_view requirement,
                         const std::function<bool(const std::string& text)>& use)
{
    const auto value = text(name);
    if (value.empty() || use(value)) return;
    fault(name, std::string{name} + " must be " + std::string{requirement} + ".");
}

void SettingReader::fault(std::string_view name, std::string sentence)
{
    faults_.push_back({std::string{name}, std::move(sentence)});
}

} // namespace waybill::config
