#include "db/postgres/report_schema.hpp"

#include "config/ascii.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace waybill::db
{

namespace
{

constexpr std::string_view usual_name = "report";

std::string& chosen_schema()
{
    static std::string name(usual_name);
    return name;
}

bool is_part_of_name(char c)
{
    return config::is_digit(c) || (c >= 'a' && c <= 'z') || c == '_';
}

// Where the name begins and ends in the text: a whole word, in a place where a schema is named.
bool names_schema(std::string_view before, std::string_view after)
{
    if (!before.empty() && is_part_of_name(before.back())) return false;
    if (before.ends_with('\'') && after.starts_with('\'')) return true;
    return after.starts_with('.') ||
           (before.ends_with("schema ") && (after.empty() || !is_part_of_name(after.front())));
}

} // namespace

void use_report_schema(std::string name)
{
    chosen_schema() = std::move(name);
}

const std::string& report_schema()
{
    return chosen_schema();
}

// Quoted, unless it is a text: it may be a word of SQL.
std::string in_report_schema(std::string_view sql, std::string_view name)
{
    if (name == usual_name) return std::string(sql);
    std::string text;
    std::size_t begin = 0;
    for (std::size_t at = sql.find(usual_name); at != sql.npos; at = sql.find(usual_name, at + 1)) {
        const std::string_view before = sql.substr(0, at), after = sql.substr(at + usual_name.size());
        if (!names_schema(before, after)) continue;
        const char* quote = before.ends_with('\'') ? "" : "\"";
        text.append(sql.substr(begin, at - begin)).append(quote).append(name).append(quote);
        begin = at + usual_name.size();
    }
    return text.append(sql.substr(begin));
}

} // namespace waybill::db
