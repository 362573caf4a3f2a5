#include "server/cli/segments.hpp"

#include "server/text/segments.hpp"

#include <iterator>

namespace waybill::cli
{

int run_segments(const std::vector<std::string>& arguments, std::istream& in, std::ostream& out)
{
    if (arguments.size() > 1) {
        out << "segments takes one text: put it into quotation marks\n";
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
