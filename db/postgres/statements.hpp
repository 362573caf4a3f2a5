#pragma once

#include "db/postgres/statement_names.hpp" // generated from the .sql files

#include <algorithm>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

// The SQL of all repositories stands in db/*/statements.sql, each statement under `-- name: its_name`. The files are
// embedded; each connection prepares a statement when it first uses it.
namespace waybill::db
{

// Names a statement of one of those files: a name that none of them has does not compile.
class Statement
{
public:
    // NOLINTNEXTLINE(google-explicit-constructor): so that a literal is one
    consteval Statement(const char* name) : name_(name)
    {
        if (std::ranges::find(statement_names, std::string_view(name)) == statement_names.end())
            throw std::logic_error("no `-- name:` in db/*/statements.sql has this name");
    }

    const char* name() const { return name_; }

private:
    const char* name_;
};

struct StatementText
{
    std::string name;
    std::string sql;
};

// The statements of one file, without the comments above them. The build has checked the file (db/embed.cmake).
std::vector<StatementText> split_statements(std::string_view file);

std::span<const std::string_view> statement_files(); // the texts of all files
const std::vector<StatementText>& all_statements();  // of all files; split once

} // namespace waybill::db
