#include "server/cli/commands.hpp"
#include "server/text/phone_number.hpp"
#include "server/text/segments.hpp"

#include <iterator>

namespace waybill::cli
{

namespace
{

void print(std::string_view input, std::ostream& out)
{
    out << input << " -> " << text::parse_phone_number(input).value_or("invalid") << '\n';
}

} // namespace

int run_phone(const std::vector<std::string>& arguments, std::istream& in, std::ostream& out)
{
    for (const std::string& argument : arguments)
        print(argument, out);
    if (!arguments.empty()) return 0;
    for (std::string line; std::getline(in, line);) {
        if (line.ends_with('\r')) line.pop_back();
        print(line, out);
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
