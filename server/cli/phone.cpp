#include "server/cli/phone.hpp"

#include "server/text/phone_number.hpp"

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

} // namespace waybill::cli
