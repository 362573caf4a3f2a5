#include "db/postgres/statements.hpp"

#include "db/postgres/report_schema.hpp"

#include <utility>

namespace waybill::db
{

namespace
{

constexpr std::string_view mark = "-- name: ";

// Removes the first line and returns it.
std::string_view take_line(std::string_view& text)
{
    const std::size_t length = std::min(text.find('\n'), text.size());
    const std::string_view line = text.substr(0, length);
    text.remove_prefix(std::min(length + 1, text.size()));
    return line;
}

// Where the next statement begins: a mark at the start of a line.
std::size_t find_mark(std::string_view text)
{
    if (text.starts_with(mark)) return 0;
    const std::size_t end_of_line = text.find("\n-- name: ");
    return end_of_line == text.npos ? text.size() : end_of_line + 1;
}

std::string_view without_rule(std::string_view sql)
{
    while (sql.starts_with("--"))
        take_line(sql);
    return sql.substr(0, sql.rfind(';'));
}

} // namespace

std::vector<StatementText> split_statements(std::string_view file)
{
    std::vector<StatementText> statements;
    file.remove_prefix(find_mark(file));
    while (!file.empty()) {
        const std::string_view name = take_line(file).substr(mark.size());
        const std::size_t length = find_mark(file);
        statements.push_back({std::string(name), std::string(without_rule(file.substr(0, length)))});
        file.remove_prefix(length);
    }
    return statements;
}

const std::vector<StatementText>& all_statements()
{
    static const std::vector<StatementText> statements = [] {
        std::vector<StatementText> all;
        for (const std::string_view file : statement_files())
            for (StatementText& statement : split_statements(file))
                all.push_back({std::move(statement.name), in_report_schema(statement.sql, report_schema())});
        return all;
    }();
    return statements;
}

} // namespace waybill::db
