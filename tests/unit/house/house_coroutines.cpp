#include "tests/unit/house/house_rules.hpp"

#include <algorithm>
#include <array>
#include <string_view>

// g++ 12 miscompiles some temporaries in an expression that awaits. Found here: braces that initialise, lambdas that
// capture by value and conditional expressions beside a co_await; and a co_await in a catch.

namespace waybill::test::house
{

namespace
{

constexpr auto nowhere = std::string_view::npos;

bool is_one_of(std::string_view characters, char c)
{
    return characters.find(c) != nowhere;
}

bool is_control_word(std::string_view word)
{
    constexpr std::array words = {"if", "while", "for", "switch", "constexpr", "catch"};
    return std::ranges::find(words, word) != words.end();
}

// `) -> Type {`: the brace behind a trailing return type.
bool follows_a_return_type(std::string_view code, std::size_t brace)
{
    const auto arrow = code.substr(0, brace).rfind("->");
    if (arrow == nowhere) return false;
    const auto type = code.substr(arrow + 2, brace - arrow - 2);
    if (type.find_first_of("(){};=") != nowhere) return false;
    const auto before = position_before(code, arrow);
    const auto word = word_before(code, arrow);
    return before != nowhere && (code[before] == ')' || word == "mutable" || word == "noexcept");
}

// Whether a brace opens a value rather than a block.
bool initialises(std::string_view code, std::size_t brace)
{
    constexpr std::array block_words = {"else", "do", "try", "const", "noexcept", "override", "final", "mutable"};
    const auto before = position_before(code, brace);
    if (before == nowhere || is_one_of(")];{}:", code[before])) return false;
    if (follows_a_return_type(code, brace)) return false;
    return std::ranges::find(block_words, word_before(code, brace)) == block_words.end();
}

bool opens_a_lambda(std::string_view code, std::size_t bracket)
{
    const auto before = position_before(code, bracket);
    if (before == nowhere || is_one_of("(,={};?:|!", code[before])) return true; // else a subscript or a binding
    const auto word = word_before(code, bracket);
    return word == "return" || word == "co_return" || word == "co_await";
}

bool captures_by_value(std::string_view captures)
{
    while (!captures.empty()) {
        const auto comma = std::min(captures.find(','), captures.size());
        const auto first = captures.find_first_not_of(" \n");
        const auto capture = captures.substr(std::min(first, comma), comma - std::min(first, comma));
        if (!capture.empty() && capture.front() != '&' && capture != "this") return true;
        captures.remove_prefix(std::min(comma + 1, captures.size()));
    }
    return false;
}

struct Expression
{
    std::size_t begin = 0, end = 0;
};

// From a co_await outwards to the whole expression that it stands in: to the statement's ends, or to the parentheses of
// an `if` or a loop.
Expression expression_around(std::string_view code, std::size_t await)
{
    Expression found;
    int enclosing = 0; // brackets that open before the co_await and close behind it
    for (auto at = await; at-- > 0;) {
        const char c = code[at];
        const auto behind = code.find_first_not_of(" \n", at + 1);
        found.begin = at + 1;
        if (c == ';' || (c == '{' && !initialises(code, at))) break;
        if (c == '}' && !is_one_of(",).?:]", code[behind])) break;
        if (c == '(' && is_control_word(word_before(code, at))) break;
        if (is_one_of("([{", c)) ++enclosing;
        if (!is_one_of(")]}", c)) continue;
        const auto open = opening_of(code, at);
        if (open == nowhere || (c == ')' && is_control_word(word_before(code, open)))) break;
        at = open;
    }
    for (found.end = await; found.end < code.size(); ++found.end) {
        const char c = code[found.end];
        if (c == ';' || (is_one_of(")]}", c) && enclosing-- == 0)) break;
        if (is_one_of("([{", c)) found.end = std::min(closing_of(code, found.end), code.size());
    }
    return found;
}

// What the expression builds that it must not, or nothing. Bodies of lambdas are expressions of their own.
std::string_view fault_in(std::string_view code, Expression expression)
{
    for (auto at = expression.begin; at < expression.end; ++at) {
        if (code[at] == '?') return "`?:` beside a co_await; write if and else";
        if (code[at] == '{') return "braces build a value beside a co_await; name it on the line before and move it in";
        if (code[at] != '[' || code[at + 1] == '[' || !opens_a_lambda(code, at)) continue;
        const auto end_of_captures = std::min(closing_of(code, at), code.size() - 1);
        if (captures_by_value(code.substr(at + 1, end_of_captures - at - 1)))
            return "a lambda captures by value beside a co_await; make it in a plain function or name it before";
        const auto body = code.find('{', end_of_captures);
        at = std::min(closing_of(code, std::min(body, code.size())), code.size() - 1);
    }
    return {};
}

// g++ 12 crashes on temporaries in there.
bool is_condition(std::string_view code, std::size_t await)
{
    const auto before = code.find_last_not_of(" \n!", await - 1);
    return before != nowhere && code[before] == '(' && is_control_word(word_before(code, before));
}

void check_catches(const SourceFile& file, std::string_view code, Findings& findings)
{
    for (auto at = find_word(code, "catch"); at != nowhere; at = find_word(code, "catch", at + 1)) {
        const auto body = code.find('{', at);
        const auto end = body == nowhere ? nowhere : closing_of(code, body);
        const auto await = find_word(code, "co_await", at);
        if (end != nowhere && await < end)
            findings.push_back(file.path + ":" + std::to_string(line_number(code, await)) + ": co_await in a catch");
    }
}

} // namespace

Findings check_coroutines(const SourceFile& file)
{
    Findings findings;
    const auto code = code_only(file.text);
    for (auto at = find_word(code, "co_await"); at != nowhere; at = find_word(code, "co_await", at + 1)) {
        auto fault = fault_in(code, expression_around(code, at));
        if (fault.empty() && is_condition(code, at))
            fault = "a co_await as a condition; name its result on the line before";
        if (!fault.empty())
            findings.push_back(file.path + ":" + std::to_string(line_number(code, at)) + ": " + std::string{fault});
    }
    check_catches(file, code, findings);
    return findings;
}

} // namespace waybill::test::house
