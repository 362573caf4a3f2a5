#pragma once

#include <cstddef>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace waybill::text
{

inline constexpr std::string_view default_template =
    "Hi {customer_name}! We miss you at {restaurant_name}! {offer} Use code {offer_code}";

bool may_stand_in_name(char character); // of a placeholder

// How many bytes the placeholder that begins the text takes, with its braces; 0 when none does.
std::size_t placeholder_size(std::string_view text);

// A message text with {placeholders}. Names are letters, digits, spaces, `_`, `-`, matched without case (of ASCII) and
// without the spaces around them; any other brace stands for itself (stray_braces() finds them, and the API refuses
// them). Values are inserted once and never expanded again; nothing is truncated.
class Template
{
public:
    static Template parse(std::string_view text);

    const std::vector<std::string>& placeholders() const { return placeholders_; } // distinct, lower case, in order

    // Asks `value` once for each placeholder; the names it is asked for are those of placeholders().
    std::string render(const std::function<std::string_view(std::string_view name)>& value) const;

    // The same for values in the order of placeholders().
    std::string render(std::span<const std::string_view> values) const;

    // How long that text is in UTF-16 units, what Twilio's limit counts, without building it.
    std::size_t utf16_units(std::span<const std::string_view> values) const;

private:
    std::size_t index_of(std::string_view name); // of the placeholder, new or known

    // The text is literals_[0], value inserted_[0], literals_[1], value inserted_[1], …, the last literal.
    std::vector<std::string> literals_{1};
    std::vector<std::size_t> inserted_;
    std::vector<std::string> placeholders_;
    std::vector<std::size_t> uses_; // how often each placeholder stands in the text
    std::size_t literal_units_ = 0;
};

// The pieces of a message text whose braces belong to no placeholder ("{{name}}", "{name|friend}", "{:-)"), as they
// stand there; at most three. The dashboard finds the same ones (template.js).
std::vector<std::string> stray_braces(std::string_view text);

// What is wrong with such a piece and what to write instead.
std::string explain_stray_brace(std::string_view piece);

// The names in square brackets that are those of columns or standing placeholders, in lower case: probably meant as
// placeholders.
std::vector<std::string> bracketed_names(std::string_view text,
                                         const std::function<bool(std::string_view name)>& is_known);

} // namespace waybill::text
