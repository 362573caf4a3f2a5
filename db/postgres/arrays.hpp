#pragma once

#include "db/postgres/transaction.hpp"
#include "db/types/seconds_histogram.hpp"
#include "db/types/types.hpp"

#include <concepts>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

// Arrays that statements bind, built element by element (libpqxx 6 binds none), and lists that they return as one text.
namespace waybill::db
{

// In PostgreSQL's text form.
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

// A bigint[] in text form.
std::string array_of(const std::vector<std::int64_t>& numbers);

std::vector<std::int64_t> read_ids(const std::string& list); // `id,id,...`

void append_buckets(const std::string& list, SecondsHistogram& histogram); // `bucket count bucket count ...`

// In PostgreSQL's binary form: record_usual takes 6 % less of PostgreSQL's time with them than with an ArrayLiteral.
// Not for enums, whose types have another number in every database.
class BinaryArray
{
public:
    Binary take();

protected:
    explicit BinaryArray(std::uint32_t element_type); // an oid of pg_type
    void add_null();
    void add_bytes(std::string_view bytes);
    template <class Number>
    void add_number(Number number);

private:
    std::uint32_t element_type_;
    std::string bytes_;
    std::uint32_t count_ = 0;
};

Binary timestamp_of(Time time); // a single timestamptz in that form

class BigintArray : public BinaryArray
{
public:
    BigintArray();
    void add(std::int64_t number);
};

class IntegerArray : public BinaryArray
{
public:
    IntegerArray();
    void add(std::optional<std::int32_t> number); // empty is NULL
};

class TimestampArray : public BinaryArray // timestamptz
{
public:
    TimestampArray();
    void add(Time time);
};

class TextArray : public BinaryArray
{
public:
    TextArray();
    void add_or_null(std::string_view text); // empty is NULL
};

class JsonbArray : public BinaryArray
{
public:
    JsonbArray();
    void add_or_null(std::string_view json); // empty is NULL
};

} // namespace waybill::db
