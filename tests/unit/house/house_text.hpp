#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

// C++ text as the house's rules look at it. Works on characters, with no more grammar than the rules need.
namespace waybill::test::house
{

struct SourceFile
{
    std::string path; // from the root of the tree
    std::string text;
};

// The same text, line for line and column for column, with comments and the insides of literals blanked. Names of
// included files stay.
std::string code_only(std::string_view source);

std::vector<std::string_view> lines_of(std::string_view text);
std::size_t line_number(std::string_view text, std::size_t position); // from 1

bool is_word_character(char c);

// Where `word` begins, at or behind `from`, with no word character on either side; npos when nowhere.
std::size_t find_word(std::string_view text, std::string_view word, std::size_t from = 0);

// The last position before `position` that is not white space; npos when there is none.
std::size_t position_before(std::string_view text, std::size_t position);

// The word that ends right before `position`, white space aside; empty when something else stands there.
std::string_view word_before(std::string_view text, std::size_t position);

// The bracket that matches the one at `position`, forwards or backwards; npos when it has no match.
std::size_t closing_of(std::string_view code, std::size_t position);
std::size_t opening_of(std::string_view code, std::size_t position);

} // namespace waybill::test::house
