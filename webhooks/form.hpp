#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace waybill::webhooks
{

// The decoded parameters of an application/x-www-form-urlencoded body, in the order received, every pair kept.
struct Form
{
    std::vector<std::pair<std::string, std::string>> parameters;

    std::string_view value(std::string_view name) const; // the first of that name; empty when absent
    bool has(std::string_view name) const;
};

inline constexpr std::ptrdiff_t max_form_parameters = 1000;

// Decodes exactly once: `+` is a space, `%XX` a byte; nothing is trimmed. Empty when an escape is broken, a pair has
// no name, or there are more than max_form_parameters.
std::optional<Form> parse_form(std::string_view body);

std::string form_encode(std::string_view text); // unreserved characters stay, a space becomes '+'
std::string write_form(const Form& form);

using Parameter = std::pair<std::string, std::string>; // of a Form

// The parameters of a form as a JSON object, each name once: one that was repeated has an array of its values in the
// order received. Text is made storable. Empty when there are none.
std::string write_json_object(std::vector<const Parameter*> parameters);

} // namespace waybill::webhooks
