#include "config/env_file.hpp"
#include "config/settings.hpp"
#include "tests/support/tested_build.hpp"
#include "tests/unit/config/setting_values.hpp"

#include <boost/test/unit_test.hpp>

#include <fstream>
#include <iterator>
#include <set>
#include <sstream>
#include <string>
#include <string_view>

using namespace waybill;
using namespace waybill::test;

namespace
{

// `#NAME=value`, unlike `# prose`.
bool is_commented_setting(std::string_view line)
{
    return line.size() > 1 && line[0] == '#' && line[1] != ' ' && line.find('=') != line.npos;
}

std::string example_env_file()
{
    std::ifstream file{waybill::test::source_path("config/example.env")};
    BOOST_REQUIRE(file.is_open());
    return {std::istreambuf_iterator<char>{file}, {}};
}

// config/example.env with every default uncommented.
SettingValues values_of_example_env()
{
    std::istringstream file{example_env_file()};
    std::string text;
    for (std::string line; std::getline(file, line);)
        text += line.substr(is_commented_setting(line) ? 1 : 0) + "\n";

    const auto parsed = config::parse_env_file(text);
    BOOST_TEST(parsed.unreadable_lines.empty());
    return parsed.values;
}

} // namespace

BOOST_AUTO_TEST_SUITE(example_env)

BOOST_AUTO_TEST_CASE(it_names_exactly_the_settings_that_are_read)
{
    std::set<std::string> names;
    for (const auto& [name, value] : values_of_example_env())
        names.insert(name);
    BOOST_TEST(names == names_that_are_read(), boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(it_shows_the_defaults)
{
    auto settings = settings_of(values_of_example_env());
    BOOST_TEST(!settings.twilio.has_value());
    settings.simulator_reason.clear();
    BOOST_TEST((settings == config::Settings{}));
}

BOOST_AUTO_TEST_CASE(it_is_what_the_table_of_settings_says)
{
    BOOST_TEST(example_env_file() == config::example_env(),
               "run build/waybill settings > config/example.env to write the table's changes to the file");
}

BOOST_AUTO_TEST_CASE(no_line_of_it_is_too_long_to_read)
{
    std::istringstream file{config::example_env()};
    for (std::string line; std::getline(file, line);)
        BOOST_TEST(line.size() <= 120, line);
}

BOOST_AUTO_TEST_SUITE_END()
