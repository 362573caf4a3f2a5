#pragma once

#include "server/recipients/columns/list_choices.hpp"

#include <array>
#include <cstddef>
#include <functional>
#include <optional>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace waybill::recipients
{

enum class Required
{
    customer_name,
    phone_number,
    last_order_date
};

inline constexpr std::array<std::string_view, 3> required_columns{"customer_name", "phone_number", "last_order_date"};

// The first rows of a list behind its header line, to judge columns by their content.
using SampleRows = std::vector<std::vector<std::string>>;

using IsPhoneNumber = std::function<bool(std::string_view)>;

// Two columns have the name that is asked for; what() names them.
class AmbiguousColumn : public std::runtime_error
{
public:
    using std::runtime_error::runtime_error;
};

// Which column of a list holds what.
struct Columns
{
    std::vector<std::string> headers; // for people, each different: "Notes", "Notes (2)"; empty for a nameless column
    std::vector<std::string> keys;    // header_key of what the file has
    std::vector<std::size_t> name;    // one column, or first and last name
    std::optional<std::size_t> phone, last_order_date, consent;
    bool consent_is_objection = false; // its "yes" means no texts
    std::vector<Question> questions;   // columns that only their content shows

    // The required columns that no column fits.
    std::vector<Required> missing() const;

    // The column with this header; throws AmbiguousColumn.
    std::optional<std::size_t> find(std::string_view header) const;

    std::string label(std::size_t column) const; // "Mobile", or "Column C" without a name
    std::vector<std::string> labels() const;     // of all but nameless columns
};

// Finds the columns by the request's choice, by their headers, and by their content, in this order.
Columns find_columns(std::span<const std::string> header, const SampleRows& rows, const ColumnChoice& choice,
                     const IsPhoneNumber& is_phone_number);

} // namespace waybill::recipients
