#pragma once

#include "server/api/contract/json.hpp"
#include "server/api/contract/list.hpp"

#include <boost/json/object.hpp>
#include <boost/json/value.hpp>

#include <string>
#include <string_view>
#include <type_traits>
#include <typeinfo>

// JSON schemas of the structs that requests and replies consist of, made from the same descriptions as the JSON itself.
namespace waybill::api
{

// A file of a multipart form.
struct UploadedFile
{
};

// A JSON object of the client's own.
struct AnyObject
{
};

// The schema of what is neither described nor a plain value, as JSON; empty: it has none of its own.
template <class Value>
inline constexpr std::string_view own_schema{};
template <>
inline constexpr std::string_view own_schema<Decimal> = R"({"type":"string","pattern":"^[0-9]+$"})";
template <>
inline constexpr std::string_view own_schema<Dollars> =
    R"({"type":"string","pattern":"^-?[0-9]+\\.[0-9]{4}$","examples":["0.0225"]})";
template <>
inline constexpr std::string_view own_schema<db::Time> =
    R"({"type":"string","format":"date-time","examples":["2026-03-31T12:00:00Z"]})";
template <>
inline constexpr std::string_view own_schema<RawJson> = "{}";
template <>
inline constexpr std::string_view own_schema<OneOrMore> =
    R"({"type":["string","array"],"items":{"type":"string"},"examples":["customer_name"]})";
template <>
inline constexpr std::string_view own_schema<UploadedFile> =
    R"({"type":"string","contentMediaType":"application/octet-stream"})";
template <>
inline constexpr std::string_view own_schema<AnyObject> =
    R"({"type":"object","additionalProperties":true,"examples":[{"order":"A-17"}]})";

// Collects the schemas of structs by name, each once.
class Schemas
{
public:
    template <class Value>
    boost::json::value of();

    const boost::json::object& named() const { return named_; }

private:
    struct Fields
    {
        std::string owner;
        boost::json::object properties;
        boost::json::array required;
    };

    template <class Struct>
    boost::json::value of_struct();
    template <class Struct>
    void add_members(Fields& fields);
    template <bool keeps, class Member, class Value>
    void add(Fields& fields, std::type_identity<Value>);
    template <bool keeps, class Member, class Value>
    void add(Fields& fields, std::type_identity<Omissible<Value>>);
    template <bool keeps, class Member, class Struct>
    void add(Fields& fields, std::type_identity<Inline<Struct>>);

    static std::string name_of(const std::type_info& type); // ShownCampaign -> Campaign
    static boost::json::value parsed(std::string_view schema);
    static boost::json::value nullable(boost::json::value schema);
    static void add_property(Fields& fields, std::string_view name, boost::json::value schema, bool required);
    boost::json::value finished(Fields fields);
    boost::json::value reference_to(const std::string& name) const;

    boost::json::object named_;
};

// What the document says about a member of that struct: a description, an example, the values that it may have. Words
// that mean the same everywhere have one entry; `Struct.name` goes before `name`. Empty: nothing.
boost::json::object glossary_entry(std::string_view owner, std::string_view name);

using SchemaOf = boost::json::value (*)(Schemas& schemas);

template <class Value>
boost::json::value schema_of(Schemas& schemas)
{
    return schemas.of<Value>();
}

template <class Value>
boost::json::value Schemas::of()
{
    if constexpr (!own_schema<Value>.empty())
        return parsed(own_schema<Value>);
    else if constexpr (json_detail::is_optional<Value>)
        return nullable(of<typename Value::value_type>());
    else if constexpr (json_detail::is_list<Value>)
        return boost::json::object{{"type", "array"}, {"items", of<std::remove_const_t<typename Value::value_type>>()}};
    else if constexpr (boost::describe::has_describe_members<Value>::value)
        return of_struct<Value>();
    else if constexpr (std::is_same_v<Value, bool>)
        return boost::json::object{{"type", "boolean"}};
    else if constexpr (std::integral<Value>)
        return boost::json::object{{"type", "integer"}};
    else if constexpr (std::floating_point<Value>)
        return boost::json::object{{"type", "number"}};
    else {
        static_assert(std::is_convertible_v<Value, std::string_view>);
        return boost::json::object{{"type", "string"}};
    }
}

template <class Struct>
boost::json::value Schemas::of_struct()
{
    Fields fields{name_of(typeid(Struct)), {}, {}};
    if (named_.contains(fields.owner)) return reference_to(fields.owner);
    add_members<Struct>(fields);
    return finished(std::move(fields));
}

template <class Struct>
void Schemas::add_members(Fields& fields)
{
    boost::mp11::mp_for_each<json_detail::Members<Struct>>([&](auto member) {
        using Value = std::remove_cvref_t<decltype(std::declval<Struct&>().*member.pointer)>;
        add<keeps_names<Struct>, decltype(member)>(fields, std::type_identity<Value>{});
    });
}

template <bool keeps, class Member, class Value>
void Schemas::add(Fields& fields, std::type_identity<Value>)
{
    add_property(fields, json_detail::Key<Member, keeps>::unquoted, of<Value>(), true);
}

template <bool keeps, class Member, class Value>
void Schemas::add(Fields& fields, std::type_identity<Omissible<Value>>)
{
    add_property(fields, json_detail::Key<Member, keeps>::unquoted, of<Value>(), false);
}

template <bool keeps, class Member, class Struct>
void Schemas::add(Fields& fields, std::type_identity<Inline<Struct>>)
{
    add_members<Struct>(fields);
}

} // namespace waybill::api
