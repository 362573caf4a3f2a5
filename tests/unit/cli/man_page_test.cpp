#include "tests/support/tested_build.hpp"

#include <boost/test/unit_test.hpp>

#include <fstream>
#include <regex>
#include <sstream>
#include <string>

namespace
{

std::string file_text(const std::string& path)
{
    std::ostringstream text;
    text << std::ifstream(waybill::test::source_path(path)).rdbuf();
    BOOST_REQUIRE_MESSAGE(!text.str().empty(), path);
    return text.str();
}

} // namespace

BOOST_AUTO_TEST_SUITE(man_page)

BOOST_AUTO_TEST_CASE(every_command_of_the_help_is_in_the_man_page)
{
    const std::string source = file_text("server/main.cpp");
    const std::string help = source.substr(0, source.find(")\";"));
    const std::string page = std::regex_replace(file_text("config/deploy/waybill.1"), std::regex(R"(\\-)"), "-");
    int commands = 0;
    const std::regex command("\n  ([a-z-]+) ");
    for (std::sregex_iterator each(help.begin(), help.end(), command), end; each != end; ++each, ++commands) {
        const std::regex entry("\n\\.TP\n\\.[A-Z]+ \"?" + (*each)[1].str() + "\\b");
        BOOST_TEST(std::regex_search(page, entry), (*each)[1].str());
    }
    BOOST_TEST(commands >= 14);
}

BOOST_AUTO_TEST_SUITE_END()
