#pragma once

#include "db/postgres/transaction.hpp"
#include "db/types/types.hpp"

#include <boost/describe/members.hpp>
#include <boost/mp11/algorithm.hpp>

#include <array>
#include <chrono>
#include <concepts>
#include <cstddef>
#include <optional>
#include <string>
#include <vector>

// The one place that turns a row into a struct: each member that BOOST_DESCRIBE_STRUCT names is read from the column of
// the same name. The exports and the claims read by hand, as they are hot and keep texts where PostgreSQL put them.
namespace waybill::db
{

// NULL is an empty text, an empty optional, and an error for everything else.
inline void read_field(const pqxx::field& field, std::string& text)
{
    text.assign(field.c_str(), field.size());
}

template <class Number>
requires std::integral<Number> || std::floating_point<Number>
void read_field(const pqxx::field& field, Number& number)
{
    number = field.as<Number>();
}

inline void read_field(const pqxx::field& field, Time& time)
{
    time = time_of(field.as<std::int64_t>());
}

inline void read_field(const pqxx::field& field, std::chrono::sys_days& day) // days since 1970
{
    day = std::chrono::sys_days(std::chrono::days(field.as<int>()));
}

inline void read_field(const pqxx::field& field, MessageStatus& status)
{
    status = parse_message_status(field.c_str()).value();
}

template <class Value>
void read_field(const pqxx::field& field, std::optional<Value>& value)
{
    value.reset();
    if (!field.is_null()) read_field(field, value.emplace());
}

// Finds the columns once, so that reading many rows costs no look-up by name.
template <class Struct>
class RowReader
{
public:
    explicit RowReader(const pqxx::result& rows)
    {
        std::size_t place = 0;
        boost::mp11::mp_for_each<Members>([&](auto member) { columns_[place++] = rows.column_number(member.name); });
    }

    Struct read(const pqxx::row& row) const
    {
        Struct value;
        std::size_t place = 0;
        boost::mp11::mp_for_each<Members>(
            [&](auto member) { read_field(row[columns_[place++]], value.*member.pointer); });
        return value;
    }

private:
    using Members = boost::describe::describe_members<Struct, boost::describe::mod_public>;
    std::array<pqxx::row::size_type, boost::mp11::mp_size<Members>::value> columns_{};
};

template <class Struct>
std::vector<Struct> read_rows(const pqxx::result& rows)
{
    const RowReader<Struct> reader(rows);
    std::vector<Struct> values;
    values.reserve(static_cast<std::size_t>(rows.size()));
    for (const pqxx::row& row : rows)
        values.push_back(reader.read(row));
    return values;
}

// The first row; empty when there is none.
template <class Struct>
std::optional<Struct> read_first(const pqxx::result& rows)
{
    if (rows.empty()) return std::nullopt;
    return RowReader<Struct>(rows).read(rows[0]);
}

// The first column of every row.
template <class Value>
std::vector<Value> read_column(const pqxx::result& rows)
{
    std::vector<Value> values;
    values.reserve(static_cast<std::size_t>(rows.size()));
    for (const pqxx::row& row : rows)
        read_field(row[0], values.emplace_back());
    return values;
}

} // namespace waybill::db
