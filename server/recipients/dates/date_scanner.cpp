#include "server/recipients/dates/date_scanner.hpp"

#include <algorithm>
#include <array>

namespace waybill::recipients
{

namespace
{

constexpr std::array<std::string_view, 12> months{"january",   "february", "march",    "april",
                                                  "may",       "june",     "july",     "august",
                                                  "september", "october",  "november", "december"};
constexpr std::array<std::string_view, 7> weekdays{"monday", "tuesday",  "wednesday", "thursday",
                                                   "friday", "saturday", "sunday"};

bool is_digit(char character)
{
    return character >= '0' && character <= '9';
}

bool is_letter(char character)
{
    return character >= 'a' && character <= 'z';
}

std::size_t length_of(std::string_view text, bool (*belongs)(char))
{
    return std::ranges::find_if_not(text, belongs) - text.begin();
}

// The whole name, or its first three letters or more ("sept").
template <std::size_t Count>
std::size_t index_of(const std::array<std::string_view, Count>& names, std::string_view word)
{
    const auto fits = [&](std::string_view name) { return word.size() >= 3 && name.starts_with(word); };
    return std::ranges::find_if(names, fits) - names.begin();
}

// `13:45`, `1:45:10 pm`, `00:00:00.000+02:00`, `13:45 utc`; or nothing. What follows hours and minutes is not checked.
bool is_time(std::string_view text)
{
    const std::size_t first = text.find_first_not_of(" ,t");
    if (first == text.npos) return true;
    if (first == 0) return false;
    text.remove_prefix(first);
    if (text.starts_with("at ")) text.remove_prefix(3);
    const std::size_t digits = length_of(text, is_digit);
    const std::string_view rest = text.substr(digits);
    if (digits < 1 || digits > 2) return false;
    const bool is_hour_alone = rest == "am" || rest == "pm" || rest == " am" || rest == " pm";
    const bool has_minutes = rest.size() >= 3 && rest[0] == ':' && is_digit(rest[1]) && is_digit(rest[2]);
    return (is_hour_alone || has_minutes) && rest.find_first_of("/;\"") == rest.npos;
}

class Scanner
{
public:
    explicit Scanner(std::string_view text) : text_(text) {}

    std::optional<ScannedDate> scan()
    {
        skip_weekday();
        for (int part = 0; part < 3; ++part) {
            if (part > 0 && !skip_separator()) return std::nullopt;
            if (!number() && !month()) return std::nullopt;
        }
        if (!is_time(text_)) return std::nullopt;
        return date_;
    }

private:
    void skip_weekday()
    {
        const std::size_t size = length_of(text_, is_letter);
        if (index_of(weekdays, text_.substr(0, size)) == weekdays.size()) return;
        text_.remove_prefix(size);
        text_.remove_prefix(std::min(text_.find_first_not_of(" .,"), text_.size()));
    }

    // One of / . - or a comma with the spaces around it, or spaces; between numbers always the same one.
    bool skip_separator()
    {
        const std::size_t size = std::min(text_.find_first_not_of(" /.-,"), text_.size());
        const std::string_view between = text_.substr(0, size);
        char sign = ' ';
        int signs = 0;
        for (const char character : between)
            if (character != ' ') {
                sign = character;
                ++signs;
            }
        const bool is_dotted_abbreviation = between.starts_with(".,") || between.starts_with(".-");
        if (size == 0 || (signs > 1 && !is_dotted_abbreviation)) return false;
        const bool is_other = separator_ != 0 && separator_ != sign && date_.month == 0 && is_next_digit(size);
        separator_ = sign;
        text_.remove_prefix(size);
        if (text_.starts_with("of ")) text_.remove_prefix(3);
        return !is_other;
    }

    bool is_next_digit(std::size_t at) const { return at < text_.size() && is_digit(text_[at]); }

    bool number()
    {
        const std::size_t digits = length_of(text_, is_digit);
        if (digits < 1 || digits > 4) return false;
        ScannedNumber number{0, static_cast<int>(digits)};
        for (const char digit : text_.substr(0, digits))
            number.value = number.value * 10 + (digit - '0');
        text_.remove_prefix(digits);
        for (const std::string_view ending : {"st", "nd", "rd", "th"})
            if (text_.starts_with(ending) && digits <= 2 && length_of(text_, is_letter) == 2) {
                text_.remove_prefix(2);
                break;
            }
        date_.numbers.push_back(number);
        return true;
    }

    bool month()
    {
        const std::size_t size = length_of(text_, is_letter);
        const std::size_t index = index_of(months, text_.substr(0, size));
        if (date_.month != 0 || index == months.size()) return false;
        date_.month = static_cast<int>(index) + 1;
        text_.remove_prefix(size);
        return true;
    }

    std::string_view text_;
    char separator_ = 0;
    ScannedDate date_;
};

} // namespace

std::optional<ScannedDate> scan_date(std::string_view text)
{
    return Scanner(text).scan();
}

} // namespace waybill::recipients
