#include "tests/unit/house/house_text.hpp"

#include <algorithm>
#include <cctype>

namespace waybill::test::house
{

namespace
{

constexpr std::string_view opening = "([{";
constexpr std::string_view closing = ")]}";

// Goes through a source once and copies it with comments and literals blanked.
class Blanker
{
public:
    explicit Blanker(std::string_view source) : source_(source) {}

    std::string blanked()
    {
        while (at_ < source_.size())
            step();
        return std::move(code_);
    }

private:
    void step()
    {
        const auto rest = source_.substr(at_);
        const char before = at_ > 0 ? source_[at_ - 1] : ' ';
        if (rest.starts_with("//"))
            blank(rest.find('\n'));
        else if (rest.starts_with("/*"))
            blank(end_behind(rest, "*/", 2));
        else if (rest.starts_with("R\"") && !is_word_character(before))
            blank_raw_string(rest);
        else if (rest.front() == '"' && !on_include_line())
            blank_literal(rest);
        else if (rest.front() == '\'' && !is_word_character(before)) // else it separates digits
            blank_literal(rest);
        else
            copy(1);
    }

    void copy(std::size_t count)
    {
        code_ += source_.substr(at_, count);
        at_ += std::min(count, source_.size() - at_);
    }

    void blank(std::size_t count)
    {
        for (const char c : source_.substr(at_, count))
            code_ += c == '\n' ? '\n' : ' ';
        at_ += std::min(count, source_.size() - at_);
    }

    static std::size_t end_behind(std::string_view text, std::string_view end, std::size_t from)
    {
        const auto found = text.find(end, from);
        return found == text.npos ? text.size() : found + end.size();
    }

    void blank_raw_string(std::string_view rest)
    {
        const auto parenthesis = std::min(rest.find('('), rest.size());
        const auto end = ")" + std::string{rest.substr(2, parenthesis - 2)} + "\"";
        const auto length = end_behind(rest, end, parenthesis);
        copy(2);
        blank(length - 3);
        copy(1);
    }

    void blank_literal(std::string_view rest)
    {
        std::size_t length = 1;
        while (length < rest.size() && rest[length] != rest.front() && rest[length] != '\n')
            length += rest[length] == '\\' ? 2 : 1;
        copy(1);
        blank(length - 1);
        copy(1);
    }

    bool on_include_line() const
    {
        const auto line_break = source_.substr(0, at_).rfind('\n');
        return source_.substr(line_break == source_.npos ? 0 : line_break + 1).starts_with("#include");
    }

    std::string_view source_;
    std::string code_;
    std::size_t at_ = 0;
};

} // namespace

std::string code_only(std::string_view source)
{
    return Blanker{source}.blanked();
}

std::vector<std::string_view> lines_of(std::string_view text)
{
    std::vector<std::string_view> lines;
    while (!text.empty()) {
        const auto end = std::min(text.find('\n'), text.size());
        lines.push_back(text.substr(0, end));
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return lines;
}

std::size_t line_number(std::string_view text, std::size_t position)
{
    return 1 + static_cast<std::size_t>(std::ranges::count(text.substr(0, position), '\n'));
}

bool is_word_character(char c)
{
    return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_';
}

std::size_t find_word(std::string_view text, std::string_view word, std::size_t from)
{
    for (auto at = text.find(word, from); at != text.npos; at = text.find(word, at + 1)) {
        const auto end = at + word.size();
        const bool begins = at == 0 || !is_word_character(text[at - 1]);
        if (begins && (end == text.size() || !is_word_character(text[end]))) return at;
    }
    return text.npos;
}

std::size_t position_before(std::string_view text, std::size_t position)
{
    return text.substr(0, position).find_last_not_of(" \t\n");
}

std::string_view word_before(std::string_view text, std::size_t position)
{
    const auto last = position_before(text, position);
    if (last == text.npos) return {};
    auto first = last + 1;
    while (first > 0 && is_word_character(text[first - 1]))
        --first;
    return text.substr(first, last + 1 - first);
}

std::size_t closing_of(std::string_view code, std::size_t position)
{
    int depth = 0;
    for (auto at = position; at < code.size(); ++at) {
        if (opening.find(code[at]) != opening.npos) ++depth;
        if (closing.find(code[at]) != closing.npos && --depth == 0) return at;
    }
    return code.npos;
}

std::size_t opening_of(std::string_view code, std::size_t position)
{
    int depth = 0;
    for (auto at = position + 1; at-- > 0;) {
        if (closing.find(code[at]) != closing.npos) ++depth;
        if (opening.find(code[at]) != opening.npos && --depth == 0) return at;
    }
    return code.npos;
}

} // namespace waybill::test::house
