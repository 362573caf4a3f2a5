#include "server/recipients/dates/written_date.hpp"

#include "config/ascii.hpp"
#include "server/recipients/dates/calendar_date.hpp"
#include "server/recipients/file/cell_text.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace waybill::recipients
{

namespace
{

struct ScannedNumber
{
    int value = 0;
    int digits = 0; // 24 and 2024 are years of two kinds
};

// The parts of a date in the order in which they stand; what they mean is still open.
struct ScannedDate
{
    std::vector<ScannedNumber> numbers; // at most three
    int month = 0;                      // named by a word; 0 if none is
};

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

// Takes a date of up to three parts and whatever time follows apart; nothing when there is more or something else. The
// text is lower case, with single spaces.
std::optional<ScannedDate> scan_date(std::string_view text)
{
    return Scanner(text).scan();
}

using namespace std::chrono;

constexpr double first_likely_serial = 20'000; // 1954
constexpr double last_likely_serial = 80'000;  // 2119

WrittenDate none(std::string_view hint)
{
    WrittenDate date;
    date.hint = hint;
    return date;
}

WrittenDate day(sys_days day)
{
    WrittenDate date;
    date.kind = WrittenDate::Kind::day;
    date.day = day;
    return date;
}

WrittenDate day_of(int written_year, int written_month, int written_day)
{
    if (written_month < 1 || written_month > 12) return none("there is no such month");
    const year_month_day date{year(written_year), month(written_month), std::chrono::day(written_day)};
    if (written_year < 1 || !date.ok()) return none("this day does not exist");
    return day(date);
}

int full_year(const ScannedNumber& number, const DateSystem& system)
{
    if (number.digits > 2) return number.value;
    const int current = static_cast<int>(year_month_day(system.today).year());
    const int guess = current - current % 100 + number.value;
    return guess > current + 1 ? guess - 100 : guess;
}

WrittenDate from_plain_number(std::string_view text, const DateSystem& system)
{
    const bool is_whole = text.find('.') == text.npos;
    if (is_whole && text.size() == 8) {
        const std::string iso =
            std::string(text.substr(0, 4)).append("-").append(text.substr(4, 2)).append("-").append(text.substr(6));
        const auto date = parse_date(iso);
        return date ? day(*date) : none("not a date");
    }
    double serial = 0;
    std::from_chars(text.data(), text.data() + text.size(), serial);
    const double offset = system.begins_in_1904 ? 1462 : 0;
    if (serial + offset < first_likely_serial || serial + offset > last_likely_serial) return none("not a date");
    return day_of_serial(serial, system.begins_in_1904);
}

WrittenDate from_parts(const ScannedDate& parts, const DateSystem& system)
{
    if (parts.numbers.size() + (parts.month != 0) != 3) return none("day, month and year are not all there");
    const auto& numbers = parts.numbers;
    if (parts.month != 0) {
        const bool year_first = numbers[0].digits == 4;
        const ScannedNumber& written_year = numbers[year_first ? 0 : 1];
        return day_of(full_year(written_year, system), parts.month, numbers[year_first ? 1 : 0].value);
    }
    if (numbers[0].digits == 4) return day_of(numbers[0].value, numbers[1].value, numbers[2].value);
    if (numbers[0].digits > 2 || numbers[1].digits > 2 || (numbers[2].digits != 2 && numbers[2].digits != 4))
        return none("not a date");
    WrittenDate date;
    date.kind = WrittenDate::Kind::numbers;
    date.first = numbers[0].value;
    date.second = numbers[1].value;
    date.third = numbers[2].value;
    date.has_full_year = numbers[2].digits == 4;
    return date;
}

} // namespace

std::string_view name_of(DateOrder order)
{
    return order == DateOrder::mdy ? "mdy" : order == DateOrder::dmy ? "dmy" : "ymd";
}

WrittenDate read_date(std::string_view cell, const DateSystem& system)
{
    if (const auto date = parse_date(cell)) return day(*date);
    if (cell.size() > 200) return none("not a date");
    std::string text = config::lower_case(plain_cell(cell));
    if (text.starts_with('\'')) text.erase(0, 1);
    if (text.empty()) return none("not a date");
    const bool is_number = text.find_first_not_of("0123456789.") == text.npos && text.find('.') == text.rfind('.');
    if (is_number) return from_plain_number(text, system);
    const auto parts = scan_date(text);
    return parts ? from_parts(*parts, system) : none("not a date");
}

WrittenDate in_order(const WrittenDate& numbers, DateOrder order, const DateSystem& system)
{
    const int last = numbers.has_full_year ? numbers.third : full_year({numbers.third, 2}, system);
    if (order == DateOrder::mdy) return day_of(last, numbers.first, numbers.second);
    if (order == DateOrder::dmy) return day_of(last, numbers.second, numbers.first);
    if (numbers.has_full_year) return none("the year stands last");
    return day_of(full_year({numbers.first, 2}, system), numbers.second, numbers.third);
}

WrittenDate day_of_serial(double serial, bool begins_in_1904)
{
    if (!(serial >= 1) || serial > 2'958'465) return none("not a date");
    const auto count = static_cast<int>(serial);
    if (begins_in_1904) return day(sys_days(1904y / January / 1) + days(count));
    // A spreadsheet believes that 1900 had a 29 February: number 60.
    return day(sys_days(1899y / December / 30) + days(count < 60 ? count + 1 : count));
}

} // namespace waybill::recipients
