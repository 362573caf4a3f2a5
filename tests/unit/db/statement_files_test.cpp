#include "db/postgres/statements.hpp"
#include "tests/support/tested_build.hpp"

#include <boost/test/unit_test.hpp>

#include <array>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>
#include <unistd.h>

using namespace waybill;

namespace
{

// What the build says of a file with this text; empty when it finds nothing wrong.
std::string complaint(const std::string& text)
{
    static int count = 0;
    const std::filesystem::path file = std::filesystem::temp_directory_path() /
                                       ("statements_" + std::to_string(getpid()) + "_" + std::to_string(++count));
    std::ofstream(file) << text;
    const std::string command =
        "cmake -DCHECK=" + file.string() + " -P " + test::source_path("db/embed.cmake").string() + " 2>&1";
    std::FILE* output = popen(command.c_str(), "r");
    std::string said;
    std::array<char, 256> word{};
    while (std::fscanf(output, "%255s", word.data()) == 1) // CMake wraps its lines
        said += std::string(said.empty() ? "" : " ") + word.data();
    const int status = pclose(output);
    std::filesystem::remove(file);
    BOOST_TEST((status == 0) == said.empty(), said);
    const std::size_t at = said.find(file.string());
    return at == said.npos ? said : said.substr(at + file.string().size());
}

std::string read(const std::filesystem::path& file)
{
    std::ostringstream text;
    text << std::ifstream(file).rdbuf();
    return text.str();
}

} // namespace

BOOST_AUTO_TEST_SUITE(statement_files)

BOOST_AUTO_TEST_CASE(a_file_is_split_at_its_names_and_rules_are_left_out)
{
    const auto statements =
        db::split_statements("-- About the file.\n\n-- name: one\n-- Its rule;\n-- in two lines.\nselect 1\n"
                             "  -- inside\n  from a;\n\n-- name: two\nselect ';' as \"-- name: no\";\n");
    BOOST_REQUIRE(statements.size() == 2U);
    BOOST_TEST(statements[0].name == "one");
    BOOST_TEST(statements[0].sql == "select 1\n  -- inside\n  from a");
    BOOST_TEST(statements[1].name == "two");
    BOOST_TEST(statements[1].sql == "select ';' as \"-- name: no\"");
}

BOOST_AUTO_TEST_CASE(the_program_holds_every_statement_once)
{
    std::set<std::string> names;
    for (const db::StatementText& statement : db::all_statements()) {
        BOOST_TEST(names.insert(statement.name).second, statement.name);
        BOOST_TEST(!statement.sql.empty(), statement.name);
    }
    BOOST_TEST(names.size() == db::statement_names.size());
    for (const std::string_view name : db::statement_names)
        BOOST_TEST(names.contains(std::string(name)), name);
}

BOOST_AUTO_TEST_CASE(every_statement_is_used_in_db)
{
    std::string code;
    for (const auto& file : std::filesystem::recursive_directory_iterator(test::source_path("db")))
        if (file.path().extension() == ".cpp") code += read(file.path());
    for (const std::string_view name : db::statement_names)
        BOOST_TEST(code.find("\"" + std::string(name) + "\"") != code.npos, name);
}

BOOST_AUTO_TEST_CASE(the_build_accepts_what_lists_of_CMake_would_trip_over)
{
    BOOST_TEST(complaint("-- name: one\nselect ($1::bigint[])[1], ']', '\\d;'; -- done;\n") == "");
}

BOOST_AUTO_TEST_CASE(the_build_refuses_a_faulty_file_and_says_where)
{
    struct Case
    {
        std::string text, where;
    };
    for (const auto& [text, where] : {
             Case{"select 1;\n", ":1: a statement without a `-- name:`"},
             Case{"-- name: one\nselect 1;\n\nselect 2;\n", ":4: a statement without a `-- name:`"},
             Case{"-- Only a comment.\n", ":1: no statement"},
             Case{"-- name: one\nselect 1;\n-- name: one\nselect 2;\n",
                  ":3: there is another statement with the name 'one'"},
             Case{"-- name: one\n-- name: two\nselect 2;\n", ":2: the statement 'one' above does not end"},
             Case{"-- name: one\nselect 1\n", "the statement 'one' does not end with a semicolon"},
             Case{"-- name: One two\nselect 1;\n", ":1: write `-- name: lower_case_name`"},
         })
        BOOST_TEST(complaint(text).find(where) != std::string::npos, where << " <- " << complaint(text));
}

BOOST_AUTO_TEST_SUITE_END()
