#include "webhooks/form.hpp"

#include "db/postgres/storable_text.hpp"

#include <algorithm>
#include <tuple>

namespace waybill::webhooks
{

namespace
{

constexpr std::string_view hexadecimal_digits = "0123456789ABCDEF";

int hexadecimal_value(char digit)
{
    if (digit >= '0' && digit <= '9') return digit - '0';
    if (digit >= 'A' && digit <= 'F') return digit - 'A' + 10;
    if (digit >= 'a' && digit <= 'f') return digit - 'a' + 10;
    return -1;
}

// The byte that the `%XX` at the start of the text stands for; -1 when it is broken.
int escaped_byte(std::string_view text)
{
    if (text.size() < 3) return -1;
    const int high = hexadecimal_value(text[1]);
    const int low = hexadecimal_value(text[2]);
    return high < 0 || low < 0 ? -1 : high * 16 + low;
}

constexpr auto stands_for_itself = [](char character) { return character != '%' && character != '+'; };

bool decode(std::string_view text, std::string& decoded)
{
    decoded.reserve(text.size());
    while (!text.empty()) {
        const auto run = std::find_if_not(text.begin(), text.end(), stands_for_itself) - text.begin();
        decoded.append(text, 0, run);
        text.remove_prefix(run);
        if (text.starts_with('+')) {
            decoded += ' ';
            text.remove_prefix(1);
        }
        else if (text.starts_with('%')) {
            const int byte = escaped_byte(text);
            if (byte < 0) return false;
            decoded += static_cast<char>(byte);
            text.remove_prefix(3);
        }
    }
    return true;
}

bool is_unreserved(char character)
{
    return (character >= 'A' && character <= 'Z') || (character >= 'a' && character <= 'z') ||
           (character >= '0' && character <= '9') || std::string_view("-._~").find(character) != std::string_view::npos;
}

using ParameterIterator = std::vector<const Parameter*>::const_iterator;

// `"name":"value",` or, for a name that was repeated, `"name":["first","second"],`.
void append_member(std::string& json, ParameterIterator first, ParameterIterator last)
{
    db::append_json_string(json, (*first)->first);
    json += last - first > 1 ? ":[" : ":";
    for (auto each = first; each != last; ++each) {
        if (each != first) json += ',';
        db::append_json_string(json, (*each)->second);
    }
    json += last - first > 1 ? "]," : ",";
}

} // namespace

std::string_view Form::value(std::string_view name) const
{
    for (const auto& parameter : parameters)
        if (parameter.first == name) return parameter.second;
    return {};
}

bool Form::has(std::string_view name) const
{
    return std::any_of(parameters.begin(), parameters.end(), [&](const auto& each) { return each.first == name; });
}

std::optional<Form> parse_form(std::string_view body)
{
    std::optional<Form> form(std::in_place);
    const auto separators = std::count(body.begin(), body.end(), '&');
    if (separators >= max_form_parameters) return std::nullopt;
    form->parameters.reserve(separators + 1);
    while (!body.empty()) {
        const std::string_view pair = body.substr(0, body.find('&'));
        body.remove_prefix(std::min(pair.size() + 1, body.size()));
        if (pair.empty()) continue;
        const std::string_view name = pair.substr(0, pair.find('='));
        const std::string_view value = pair.substr(std::min(name.size() + 1, pair.size()));
        auto& parameter = form->parameters.emplace_back();
        if (name.empty() || !decode(name, parameter.first) || !decode(value, parameter.second)) return std::nullopt;
    }
    return form;
}

std::string form_encode(std::string_view text)
{
    std::string encoded;
    encoded.reserve(text.size());
    for (const char character : text) {
        if (is_unreserved(character))
            encoded += character;
        else if (character == ' ')
            encoded += '+';
        else {
            const auto byte = static_cast<unsigned char>(character);
            encoded += {'%', hexadecimal_digits[byte / 16], hexadecimal_digits[byte % 16]};
        }
    }
    return encoded;
}

std::string write_form(const Form& form)
{
    std::string body;
    for (const auto& [name, value] : form.parameters) {
        if (!body.empty()) body += '&';
        body.append(form_encode(name)).append("=").append(form_encode(value));
    }
    return body;
}

std::string write_json_object(std::vector<const Parameter*> parameters)
{
    if (parameters.empty()) return {};

    // Repeated names side by side, in the order received.
    std::sort(parameters.begin(), parameters.end(),
              [](auto* left, auto* right) { return std::tie(left->first, left) < std::tie(right->first, right); });
    std::string json;
    json.reserve(256);
    json += '{';
    for (auto first = parameters.cbegin(); first != parameters.cend();) {
        const auto last =
            std::find_if(first, parameters.cend(), [&](auto* each) { return each->first != (*first)->first; });
        append_member(json, first, last);
        first = last;
    }
    json.back() = '}';
    return json;
}

} // namespace waybill::webhooks
