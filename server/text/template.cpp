#include "server/text/template.hpp"

#include "config/ascii.hpp"
#include "server/text/utf8.hpp"

#include <algorithm>

namespace waybill::text
{

namespace
{

// What stands between the braces of the placeholder that begins the text; empty when none does.
std::string_view inside_braces(std::string_view text)
{
    if (!text.starts_with('{')) return {};
    auto behind = std::find_if_not(text.begin() + 1, text.end(), may_stand_in_name);
    bool closed = behind != text.end() && *behind == '}';
    return closed ? std::string_view(text.begin() + 1, behind) : std::string_view();
}

} // namespace

bool may_stand_in_name(char character)
{
    auto byte = static_cast<unsigned char>(character);
    bool letter = (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') || byte >= 0x80;
    return letter || (byte >= '0' && byte <= '9') || byte == ' ' || byte == '_' || byte == '-';
}

std::size_t placeholder_size(std::string_view text)
{
    const std::string_view inside = inside_braces(text);
    return config::trimmed(inside).empty() ? 0 : inside.size() + 2;
}

Template Template::parse(std::string_view text)
{
    Template result;
    while (!text.empty()) {
        std::string_view inside = inside_braces(text);
        std::string_view name = config::trimmed(inside);
        if (name.empty()) {
            result.literals_.back() += text.front();
            text.remove_prefix(1);
        }
        else {
            result.inserted_.push_back(result.index_of(name));
            result.literals_.emplace_back();
            text.remove_prefix(inside.size() + 2);
        }
    }
    for (const std::string& literal : result.literals_)
        result.literal_units_ += text::utf16_units(literal);
    return result;
}

std::size_t Template::index_of(std::string_view name)
{
    std::string lower = config::lower_case(name);
    std::size_t index = std::ranges::find(placeholders_, lower) - placeholders_.begin();
    if (index == placeholders_.size()) {
        placeholders_.push_back(std::move(lower));
        uses_.push_back(0);
    }
    ++uses_[index];
    return index;
}

std::string Template::render(const std::function<std::string_view(std::string_view name)>& value) const
{
    std::vector<std::string_view> values;
    values.reserve(placeholders_.size());
    for (const std::string& name : placeholders_)
        values.push_back(value(name));
    return render(values);
}

std::string Template::render(std::span<const std::string_view> values) const
{
    std::size_t size = 0;
    for (const std::string& literal : literals_)
        size += literal.size();
    for (std::size_t i = 0; i < uses_.size(); ++i)
        size += uses_[i] * values[i].size();

    std::string text;
    text.reserve(size);
    text += literals_[0];
    for (std::size_t i = 0; i < inserted_.size(); ++i) {
        text += values[inserted_[i]];
        text += literals_[i + 1];
    }
    return text;
}

std::size_t Template::utf16_units(std::span<const std::string_view> values) const
{
    std::size_t units = literal_units_;
    for (std::size_t i = 0; i < uses_.size(); ++i)
        units += uses_[i] * text::utf16_units(values[i]);
    return units;
}

namespace
{

constexpr std::size_t max_pieces = 3;
constexpr std::size_t max_piece_bytes = 60;

bool is_blank(char character)
{
    return character == ' ' || character == '\t' || character == '\n' || character == '\r';
}

bool is_continuation(char byte)
{
    return (byte & 0xC0) == 0x80;
}

// Behind the closing braces that follow soon on the same line; otherwise the end of the word.
std::size_t end_of_piece(std::string_view text, std::size_t begin)
{
    const std::string_view near = text.substr(begin, max_piece_bytes);
    const std::string_view line = near.substr(0, near.find('\n'));
    if (const std::size_t closing = line.find('}'); closing != std::string_view::npos)
        return begin + std::min(line.find_first_not_of('}', closing), line.size());
    std::size_t end = begin + (std::ranges::find_if(line, is_blank) - line.begin());
    while (end < text.size() && end > begin + 1 && is_continuation(text[end]))
        --end;
    return end;
}

std::size_t beginning_of_word(std::string_view text, std::size_t from, std::size_t at)
{
    std::size_t begin = at;
    while (begin > from && at - begin < max_piece_bytes && !is_blank(text[begin - 1]) && text[begin - 1] != '}')
        --begin;
    while (begin < at && is_continuation(text[begin]))
        ++begin;
    return begin;
}

bool is_letter(char character)
{
    return may_stand_in_name(character) && character != ' ' && character != '_' && character != '-';
}

// What the piece was probably meant to insert; empty when it has no letter.
std::string name_within(std::string_view piece)
{
    const auto* begin = std::ranges::find_if(piece, is_letter);
    const auto* end = std::find_if_not(begin, piece.end(), may_stand_in_name);
    return std::string(config::trimmed(std::string_view(begin, end)));
}

} // namespace

std::vector<std::string> stray_braces(std::string_view text)
{
    std::vector<std::string> pieces;
    std::size_t read = 0; // up to here all is judged
    for (std::size_t at = 0; at < text.size() && pieces.size() < max_pieces;) {
        if (const std::size_t size = placeholder_size(text.substr(at)); size > 0)
            read = at += size;
        else if (text[at] == '{') {
            read = end_of_piece(text, at);
            pieces.emplace_back(text.substr(at, read - at));
            at = read;
        }
        else if (text[at] == '}') {
            const std::size_t begin = beginning_of_word(text, read, at);
            read = std::min(text.find_first_not_of('}', at), text.size());
            pieces.emplace_back(text.substr(begin, read - begin));
            at = read;
        }
        else
            ++at;
    }
    return pieces;
}

std::string explain_stray_brace(std::string_view piece)
{
    const std::string quoted = "\"" + std::string(piece) + "\"";
    const std::string name = name_within(piece);
    const std::string example = name.empty() ? "{customer_name}" : "{" + name + "}";
    if (piece.find('|') != std::string_view::npos)
        return quoted + " is not a placeholder: there are no default values; write " + example;
    if (piece.starts_with("{{")) return quoted + " is not a placeholder: write " + example + " with single braces";
    if (name.empty())
        return quoted + " has a brace that belongs to no placeholder: leave it out, or write a placeholder like " +
               example;
    return quoted + " is not a placeholder: write it like " + example +
           ", with letters, digits, blanks, _ and - between two braces; other braces cannot be sent";
}

std::vector<std::string> bracketed_names(std::string_view text,
                                         const std::function<bool(std::string_view name)>& is_known)
{
    std::vector<std::string> names;
    for (std::size_t open = 0; (open = text.find('[', open)) != std::string_view::npos; ++open) {
        const std::size_t close = text.find_first_of("[]\n", open + 1);
        if (close == std::string_view::npos || text[close] != ']') continue;
        std::string name = config::lower_case(config::trimmed(text.substr(open + 1, close - open - 1)));
        if (is_known(name) && std::ranges::find(names, name) == names.end()) names.push_back(std::move(name));
    }
    return names;
}

} // namespace waybill::text
