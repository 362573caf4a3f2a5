#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace waybill::sending
{

inline constexpr std::string_view default_template =
    "Hi {customer_name}! We miss you at {restaurant_name}! {offer} Use code {offer_code}";

// A message text with {placeholders}. Names are letters, digits, spaces, `_`, `-`, matched without case; any other
// brace stands for itself. Values are inserted once and never expanded again; nothing is truncated.
class Template
{
public:
    static Template parse(std::string_view text);

    const std::vector<std::string>& placeholders() const { return placeholders_; } // distinct, lower case, in order

    // Asks `value` once for each placeholder; the names it is asked for are those of placeholders().
    std::string render(const std::function<std::string_view(std::string_view name)>& value) const;

private:
    struct Piece
    {
        bool is_placeholder = false;
        std::string text; // literal text, or the placeholder's name
    };
    std::vector<Piece> pieces_;
    std::vector<std::string> placeholders_;
};

} // namespace waybill::sending
