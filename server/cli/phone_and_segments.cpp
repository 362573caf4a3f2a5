#include "server/cli/commands.hpp"
#include "server/text/phone_number.hpp"
#include "server/text/segments.hpp"

#include <iterator>

namespace waybill::cli
{

namespace
{

void print(std::string_view input, std::string_view default_country_code, std::ostream& out)
{
    const text::PhoneNumber number = text::parse_phone_number(input, default_country_code);
    out << input << " -> " << (number ? *number : "invalid") << '\n';
}

} // namespace

int run_phone(const std::vector<std::string>& arguments, std::string_view default_country_code, std::istream& in,
              std::ostream& out)
{
    if (!text::is_country_code(default_country_code)) {
        out << "DEFAULT_COUNTRY_CODE: no country has the code " << default_country_code << '\n';
        return bad_usage;
    }
    for (const std::string& argument : arguments)
        print(argument, default_country_code, out);
    if (!arguments.empty()) return 0;
    for (std::string line; std::getline(in, line);) {
        if (line.ends_with('\r')) line.pop_back();
        print(line, default_country_code, out);
    }
    return 0;
}

int run_segments(const std::vector<std::string>& arguments, std::istream& in, std::ostream& out)
{
    if (arguments.size() > 1) {
        out << "segments takes one text: put it in quotation marks\n";
        return 2;
    }
    std::string text;
    if (arguments.empty())
        text.assign(std::istreambuf_iterator<char>(in), {});
    else
        text = arguments.front();
    text::Segmentation result = text::segment(text);
    out << text::name_of(result.encoding) << ' ' << result.units << ' ' << result.segments << '\n';
    return 0;
}

} // namespace waybill::cli
