#include "server/text/template.hpp"

#include "config/ascii.hpp"
#include "server/text/utf8.hpp"

#include <algorithm>

namespace waybill::text
{

namespace
{

// What stands between the braces of the placeholder that begins the text; empty when none does.
std::string_view inside_braces(std::string_view text)
{
    if (!text.starts_with('{')) return {};
    auto behind = std::find_if_not(text.begin() + 1, text.end(), may_stand_in_name);
    bool closed = behind != text.end() && *behind == '}';
    return closed ? std::string_view(text.begin() + 1, behind) : std::string_view();
}

} // namespace

bool may_stand_in_name(char character)
{
    auto byte = static_cast<unsigned char>(character);
    bool letter = (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') || byte >= 0x80;
    return letter || (byte >= '0' && byte <= '9') || byte == ' ' || byte == '_' || byte == '-';
}

std::size_t placeholder_size(std::string_view text)
{
    const std::string_view inside = inside_braces(text);
    return config::trimmed(inside).empty() ? 0 : inside.size() + 2;
}

Template Template::parse(std::string_view text)
{
    Template result;
    while (!text.empty()) {
        std::string_view inside = inside_braces(text);
        std::string_view name = config::trimmed(inside);
        if (name.empty()) {
            result.literals_.back() += text.front();
            text.remove_prefix(1);
        }
        else {
            result.inserted_.push_back(result.index_of(name));
            result.literals_.emplace_back();
            text.remove_prefix(inside.size() + 2);
        }
    }
    for (const std::string& literal : result.literals_)
        result.literal_units_ += text::utf16_units(literal);
    return result;
}

std::size_t Template::index_of(std::string_view name)
{
    std::string lower = config::lower_case(name);
    std::size_t index = std::ranges::find(placeholders_, lower) - placeholders_.begin();
    if (index == placeholders_.size()) {
        placeholders_.push_back(std::move(lower));
        uses_.push_back(0);
    }
    ++uses_[index];
    return index;
}

std::string Template::render(const std::function<std::string_view(std::string_view name)>& value) const
{
    std::vector<std::string_view> values;
    for (const std::string& name : placeholders_)
        values.push_back(value(name));
    return render(values);
}

std::string Template::render(std::span<const std::string_view> values) const
{
    std::size_t size = 0;
    for (const std::string& literal : literals_)
        size += literal.size();
    for (std::size_t i = 0; i < uses_.size(); ++i)
        size += uses_[i] * values[i].size();

    std::string text;
    text.reserve(size);
    text += literals_[0];
    for (std::size_t i = 0; i < inserted_.size(); ++i) {
        text += values[inserted_[i]];
        text += literals_[i + 1];
    }
    return text;
}

std::size_t Template::utf16_units(std::span<const std::string_view> values) const
{
    std::size_t units = literal_units_;
    for (std::size_t i = 0; i < uses_.size(); ++i)
        units += uses_[i] * text::utf16_units(values[i]);
    return units;
}

} // namespace waybill::text
