#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace waybill::text
{

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
