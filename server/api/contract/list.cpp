#include "server/api/contract/list.hpp"

namespace waybill::api
{

namespace
{

std::optional<std::string> unless_empty(const std::string& text)
{
    return text.empty() ? std::nullopt : std::optional(text);
}

std::optional<std::string> label_of(const recipients::Columns& columns, std::optional<std::size_t> column)
{
    return column ? std::optional(columns.label(*column)) : std::nullopt;
}

ShownColumns show(const recipients::Columns& columns)
{
    ShownColumns shown;
    for (const std::size_t column : columns.name)
        shown.name.texts.push_back(columns.label(column));
    shown.phone = label_of(columns, columns.phone);
    shown.last_order_date = label_of(columns, columns.last_order_date);
    shown.consent = label_of(columns, columns.consent);
    return shown;
}

} // namespace

void append_json(std::string& json, const OneOrMore& value)
{
    if (value.texts.size() == 1)
        append_json(json, std::string_view(value.texts.front()));
    else
        json_detail::append_value(json, value.texts);
}

std::vector<ShownReason> show(const std::vector<db::ReasonCount>& reasons)
{
    std::vector<ShownReason> shown;
    shown.reserve(reasons.size());
    for (const db::ReasonCount& reason : reasons)
        shown.push_back({reason.message, reason.count, reason.first_line});
    return shown;
}

ShownList show(const recipients::ListDescription& list, const std::vector<db::ReasonCount>& reasons)
{
    ShownList shown;
    shown.format = list.format;
    shown.encoding = unless_empty(list.encoding);
    shown.delimiter = unless_empty(list.delimiter);
    shown.sheet = unless_empty(list.sheet);
    shown.sheets = list.sheets;
    shown.columns = show(list.columns);
    shown.columns_found = list.columns.labels();
    for (std::size_t column = 0; column < list.columns.headers.size(); ++column)
        shown.labels.push_back(list.columns.label(column));
    shown.first_rows = list.first_rows;
    if (list.date_order) shown.date_order = name_of(*list.date_order);
    for (const recipients::Question& question : list.questions)
        shown.questions.push_back(
            {question.about, {unless_empty(question.part)}, question.text, question.examples, question.choices});
    shown.reasons = show(reasons);
    return shown;
}

} // namespace waybill::api
