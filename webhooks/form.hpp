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
// no name, or there are more parameters than that.
std::optional<Form> parse_form(std::string_view body);

std::string form_encode(std::string_view text); // unreserved characters stay, a space becomes '+'
std::string write_form(const Form& form);

} // namespace waybill::webhooks
