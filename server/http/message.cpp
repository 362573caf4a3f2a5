#include "server/http/message.hpp"

#include <boost/beast/core/string.hpp>
#include <boost/json/serialize.hpp>
#include <boost/json/value.hpp>

namespace waybill::http
{

void Headers::reserve(std::size_t fields, std::size_t bytes)
{
    fields_.reserve(fields);
    text_.reserve(bytes);
}

void Headers::add(std::string_view name, std::string_view value)
{
    fields_.push_back({text_.size(), name.size(), text_.size() + name.size(), value.size()});
    text_.append(name);
    text_.append(value);
}

void Headers::clear()
{
    text_.clear();
    fields_.clear();
}

std::optional<std::string_view> Headers::find(std::string_view name) const
{
    for (std::size_t index = 0; index < fields_.size(); ++index) {
        const auto [field_name, value] = at(index);
        if (field_name.size() == name.size() && boost::beast::iequals(field_name, name)) return value;
    }
    return std::nullopt;
}

std::string_view Headers::value_or_empty(std::string_view name) const
{
    return find(name).value_or(std::string_view{});
}

std::pair<std::string_view, std::string_view> Headers::at(std::size_t index) const
{
    const Field& field = fields_.at(index);
    const std::string_view text = text_;
    return {text.substr(field.name_begin, field.name_size), text.substr(field.value_begin, field.value_size)};
}

std::string_view Request::path() const
{
    std::string_view path = std::string_view(target).substr(0, target.find('?'));
    if (path.starts_with('/')) return path;
    const std::size_t scheme_end = path.find("://"); // absolute form, as sent to proxies
    if (scheme_end == std::string_view::npos) return path;
    const std::size_t begin = path.find('/', scheme_end + 3);
    return begin == std::string_view::npos ? std::string_view("/") : path.substr(begin);
}

std::string_view Request::query() const
{
    const std::size_t mark = target.find('?');
    return mark == std::string::npos ? std::string_view{} : std::string_view(target).substr(mark + 1);
}

Response error_response(int status, std::string_view sentence)
{
    const boost::json::string_view text(sentence.data(), sentence.size());
    const boost::json::value body{{"error", text}, {"detail", text}};
    return json_response(status, boost::json::serialize(body));
}

Response json_response(int status, std::string body)
{
    Response response;
    response.status = status;
    response.headers.emplace_back("Content-Type", "application/json");
    response.body = std::move(body);
    return response;
}

} // namespace waybill::http
