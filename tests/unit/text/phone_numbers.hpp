#pragma once

#include "server/text/phone_number.hpp"

#include <boost/test/unit_test.hpp>

#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>

namespace waybill::test
{

using Expectations = std::initializer_list<std::pair<std::string, std::string>>;

inline std::string parsed(std::string_view cell, std::string_view country_code = "1")
{
    const text::PhoneNumber number = text::parse_phone_number(cell, country_code);
    return number ? *number : "refused";
}

inline std::string hint(std::string_view cell, std::string_view country_code)
{
    const text::PhoneNumber number = text::parse_phone_number(cell, country_code);
    return number ? "accepted as " + *number : number.error().hint;
}

inline void check_numbers(std::string_view country_code, Expectations expectations)
{
    for (const auto& [cell, number] : expectations)
        BOOST_TEST(parsed(cell, country_code) == number,
                   "\"" << cell << "\" in +" << country_code << ": " << hint(cell, country_code) << ", not " << number);
}

inline void check_refusals(std::string_view country_code, Expectations expectations)
{
    for (const auto& [cell, reason] : expectations)
        BOOST_TEST(hint(cell, country_code) == reason, "\"" << cell.substr(0, 80) << "\" in +" << country_code << ": "
                                                            << hint(cell, country_code) << ", not " << reason);
}

} // namespace waybill::test
