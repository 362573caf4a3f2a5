#include "db/postgres/array_literal.hpp"

#include <utility>

namespace waybill::db
{

void ArrayLiteral::separate()
{
    if (text_.size() > 1) text_ += ',';
}

void ArrayLiteral::add_null()
{
    separate();
    text_ += "NULL";
}

void ArrayLiteral::add(bool flag)
{
    separate();
    text_ += flag ? 't' : 'f';
}

void ArrayLiteral::add(std::string_view text)
{
    separate();
    text_ += '"';
    while (!text.empty()) {
        const std::size_t plain = std::min(text.find_first_of("\"\\"), text.size());
        text_ += text.substr(0, plain);
        text.remove_prefix(plain);
        if (text.empty()) break;
        text_ += '\\';
        text_ += text.front();
        text.remove_prefix(1);
    }
    text_ += '"';
}

void ArrayLiteral::add_or_null(std::string_view text)
{
    if (text.empty())
        add_null();
    else
        add(text);
}

std::string ArrayLiteral::take()
{
    text_ += '}';
    return std::exchange(text_, "{");
}

} // namespace waybill::db
