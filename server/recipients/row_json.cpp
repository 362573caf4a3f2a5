#include "server/recipients/row_json.hpp"

#include "db/postgres/storable_text.hpp"

namespace waybill::recipients
{

namespace
{

std::string joined(std::span<const std::string_view> fields)
{
    std::string text(fields[0]);
    for (std::string_view field : fields.subspan(1))
        text.append(",").append(field);
    return text;
}

} // namespace

RowJson::RowJson(std::span<const std::string_view> header)
{
    for (std::string_view name : header) {
        std::string& key = keys_.emplace_back();
        if (name.empty()) continue;
        db::append_json_string(key, name);
        key += ':';
    }
}

std::string RowJson::write(std::span<const std::string_view> fields) const
{
    std::string json = "{";
    for (std::size_t i = 0; i < keys_.size(); ++i) {
        if (keys_[i].empty()) continue;
        if (json.size() > 1) json += ',';
        json += keys_[i];
        if (i + 1 == keys_.size() && fields.size() > keys_.size())
            db::append_json_string(json, joined(fields.subspan(i)));
        else
            db::append_json_string(json, i < fields.size() ? fields[i] : std::string_view());
    }
    json += '}';
    return json;
}

} // namespace waybill::recipients
