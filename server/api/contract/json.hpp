#pragma once

#include "db/types/types.hpp"
#include "server/http/message.hpp"

#include <boost/describe/class.hpp>
#include <boost/describe/members.hpp>
#include <boost/mp11/algorithm.hpp>
#include <boost/mp11/list.hpp>
#include <boost/pfr/tuple_size.hpp>

#include <array>
#include <concepts>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

// Writes plain structs, described with BOOST_DESCRIBE_STRUCT, as JSON. A member `offer_code` becomes the key
// "offerCode"; members keep their order. Texts may be string_views of what outlives the struct.
namespace waybill::api
{

// A member without a value is null; in this wrapper, its key is left out.
template <class Value>
struct Omissible
{
    std::optional<Value> value;
};

// Its members stand among those of the struct that it is a member of.
template <class Struct>
struct Inline
{
    Struct value;
};

// An integer in quotes, because JavaScript reads ids beyond 2^53 inexactly.
struct Decimal
{
    std::int64_t number = 0;
};

// An amount of 1/10 000 USD, written as "0.0225".
struct Dollars
{
    std::int64_t amount = 0;
};

// JSON text from elsewhere, written without its white space.
struct RawJson
{
    std::string_view text;
};

// Structs whose keys are the names of their members as they are: `user_id`, which an existing client reads.
template <class Struct>
inline constexpr bool keeps_names = false;

void append_json(std::string& json, bool value);
void append_json(std::string& json, std::int64_t value);
void append_json(std::string& json, std::uint64_t value);
void append_json(std::string& json, double value); // 2.65, not 2.65E0
void append_json(std::string& json, std::string_view value);
void append_json(std::string& json, db::Time value); // "2026-03-31T12:00:00Z"
void append_json(std::string& json, Decimal value);
void append_json(std::string& json, Dollars value);
void append_json(std::string& json, RawJson value);

namespace json_detail
{

template <class Struct>
using Members = boost::describe::describe_members<Struct, boost::describe::mod_public>;

// `"offerCode":` of a member that is named offer_code.
template <class Member, bool keeps>
struct Key
{
    static constexpr std::string_view name{Member::name};
    static consteval std::size_t size()
    {
        if (keeps) return name.size() + 3;
        std::size_t underscores = 0;
        for (const char letter : name)
            underscores += letter == '_';
        return name.size() - underscores + 3;
    }
    static consteval auto make()
    {
        std::array<char, size()> text{};
        std::size_t at = 0;
        text[at++] = '"';
        bool is_after_underscore = false;
        for (const char letter : name) {
            if (keeps || letter != '_')
                text[at++] = is_after_underscore && letter >= 'a' ? char(letter - 'a' + 'A') : letter;
            is_after_underscore = !keeps && letter == '_';
        }
        text[at++] = '"';
        text[at] = ':';
        return text;
    }
    static constexpr auto text = make();
    static constexpr std::string_view unquoted{text.data() + 1, size() - 3};
};

template <class Value>
void append_value(std::string& json, const Value& value);

// Each member leaves a comma behind it.
template <class Struct>
void append_members(std::string& json, const Struct& object);

template <class Member, bool keeps, class Value>
void append_member(std::string& json, const Value& value)
{
    using Named = Key<Member, keeps>;
    json.append(Named::text.data(), Named::text.size());
    append_value(json, value);
    json += ',';
}

template <class Member, bool keeps, class Value>
void append_member(std::string& json, const Omissible<Value>& member)
{
    if (member.value) append_member<Member, keeps>(json, *member.value);
}

template <class Member, bool keeps, class Value>
void append_member(std::string& json, const Inline<Value>& member)
{
    append_members(json, member.value);
}

template <class Struct>
void append_members(std::string& json, const Struct& object)
{
    static_assert(boost::mp11::mp_size<Members<Struct>>::value == boost::pfr::tuple_size_v<Struct>,
                  "a member is missing in BOOST_DESCRIBE_STRUCT");
    boost::mp11::mp_for_each<Members<Struct>>(
        [&](auto member) { append_member<decltype(member), keeps_names<Struct>>(json, object.*member.pointer); });
}

inline void close(std::string& json, char bracket)
{
    if (json.back() == ',')
        json.back() = bracket;
    else
        json += bracket;
}

template <class Value>
inline constexpr bool is_optional = false;
template <class Value>
inline constexpr bool is_optional<std::optional<Value>> = true;
template <class Value>
inline constexpr bool is_list = false;
template <class Value>
inline constexpr bool is_list<std::vector<Value>> = true;
template <class Value>
inline constexpr bool is_list<std::span<const Value>> = true;

template <class Value>
void append_value(std::string& json, const Value& value)
{
    if constexpr (is_optional<Value>) {
        if (value)
            append_value(json, *value);
        else
            json += "null";
    }
    else if constexpr (is_list<Value>) {
        json += '[';
        for (const auto& element : value) {
            append_value(json, element);
            json += ',';
        }
        close(json, ']');
    }
    else if constexpr (boost::describe::has_describe_members<Value>::value) {
        json += '{';
        append_members(json, value);
        close(json, '}');
    }
    else if constexpr (std::signed_integral<Value>)
        append_json(json, static_cast<std::int64_t>(value));
    else if constexpr (std::unsigned_integral<Value> && !std::is_same_v<Value, bool>)
        append_json(json, static_cast<std::uint64_t>(value));
    else if constexpr (std::is_convertible_v<Value, std::string_view>)
        append_json(json, std::string_view(value));
    else
        append_json(json, value);
}

} // namespace json_detail

template <class Struct>
std::string to_json(const Struct& value)
{
    std::string json;
    json_detail::append_value(json, value);
    return json;
}

template <class Struct>
http::Response json_reply(int status, const Struct& value)
{
    return http::json_response(status, to_json(value));
}

} // namespace waybill::api
