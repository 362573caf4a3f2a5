#pragma once

#include <concepts>
#include <optional>
#include <string>
#include <string_view>

namespace waybill::db
{

// A PostgreSQL array in text form, built element by element: libpqxx 6 binds no arrays.
class ArrayLiteral
{
public:
    void add_null();
    void add(std::string_view text); // quoted and escaped
    void add(bool flag);
    template <std::integral Number>
    void add(Number number)
    {
        separate();
        text_ += std::to_string(number);
    }
    template <class Value>
    void add(const std::optional<Value>& value)
    {
        if (value)
            add(*value);
        else
            add_null();
    }
    void add_or_null(std::string_view text); // empty is NULL

    std::string take();

private:
    void separate();

    std::string text_ = "{";
};

} // namespace waybill::db
