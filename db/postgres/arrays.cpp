#include "db/postgres/arrays.hpp"

#include "db/types/types.hpp"

#include <boost/endian/conversion.hpp>

#include <algorithm>
#include <cstring>
#include <sstream>
#include <utility>

namespace waybill::db
{

namespace
{

// Of five numbers: dimensions, whether NULLs may occur, the elements' type, their count, the index of the first.
constexpr std::size_t header_size = 5 * sizeof(std::uint32_t);

// PostgreSQL counts microseconds from 2000.
constexpr Time postgres_epoch = std::chrono::sys_days{std::chrono::year{2000} / 1 / 1};

template <class Number>
void store(char* place, Number number)
{
    boost::endian::native_to_big_inplace(number);
    std::memcpy(place, &number, sizeof number);
}

template <class Number>
void append(std::string& bytes, Number number)
{
    bytes.resize(bytes.size() + sizeof number);
    store(bytes.data() + bytes.size() - sizeof number, number);
}

} // namespace

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

std::string array_of(const std::vector<std::int64_t>& numbers)
{
    ArrayLiteral array;
    for (const std::int64_t number : numbers)
        array.add(number);
    return array.take();
}

std::vector<std::int64_t> read_ids(const std::string& list)
{
    std::vector<std::int64_t> ids;
    for (std::size_t begin = 0; begin < list.size();) {
        const std::size_t end = std::min(list.find(',', begin), list.size());
        ids.push_back(std::stoll(list.substr(begin, end - begin)));
        begin = end + 1;
    }
    return ids;
}

void append_buckets(const std::string& list, SecondsHistogram& histogram)
{
    std::istringstream numbers(list);
    int bucket = 0;
    for (std::int64_t count = 0; numbers >> bucket >> count;)
        histogram.add(bucket, count);
}

BinaryArray::BinaryArray(std::uint32_t element_type) : element_type_(element_type), bytes_(header_size, '\0') {}

void BinaryArray::add_null()
{
    append(bytes_, std::int32_t{-1});
    ++count_;
}

void BinaryArray::add_bytes(std::string_view bytes)
{
    append(bytes_, static_cast<std::int32_t>(bytes.size()));
    bytes_ += bytes;
    ++count_;
}

template <class Number>
void BinaryArray::add_number(Number number)
{
    append(bytes_, std::int32_t{sizeof number});
    append(bytes_, number);
    ++count_;
}

Binary BinaryArray::take()
{
    char* place = bytes_.data();
    for (const std::uint32_t number : {1U, 1U, element_type_, count_, 1U}) {
        store(place, number);
        place += sizeof number;
    }
    count_ = 0;
    return to_binary(std::exchange(bytes_, std::string(header_size, '\0')));
}

BigintArray::BigintArray() : BinaryArray(20) {}

void BigintArray::add(std::int64_t number)
{
    add_number(number);
}

IntegerArray::IntegerArray() : BinaryArray(23) {}

void IntegerArray::add(std::optional<std::int32_t> number)
{
    if (number)
        add_number(*number);
    else
        add_null();
}

TimestampArray::TimestampArray() : BinaryArray(1184) {}

void TimestampArray::add(Time time)
{
    add_number(micros(time) - micros(postgres_epoch));
}

Binary timestamp_of(Time time)
{
    std::string bytes;
    append(bytes, micros(time) - micros(postgres_epoch));
    return to_binary(bytes);
}

TextArray::TextArray() : BinaryArray(25) {}

void TextArray::add_or_null(std::string_view text)
{
    if (text.empty())
        add_null();
    else
        add_bytes(text);
}

JsonbArray::JsonbArray() : BinaryArray(3802) {}

void JsonbArray::add_or_null(std::string_view json)
{
    if (json.empty())
        add_null();
    else
        add_bytes("\1" + std::string(json)); // the version of the format
}

} // namespace waybill::db
