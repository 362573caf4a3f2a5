#include "config/env_file.hpp"
#include "config/settings.hpp"
#include "tests/support/paths.hpp"
#include "tests/unit/config/setting_values.hpp"

#include <boost/test/unit_test.hpp>

#include <fstream>
#include <set>
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

// config/example.env with every default uncommented.
SettingValues values_of_example_env()
{
    std::ifstream file{waybill::test::source_path("config/example.env")};
    BOOST_REQUIRE(file.is_open());
    std::string text;
    for (std::string line; std::getline(file, line);)
        text += line.substr(is_commented_setting(line) ? 1 : 0) + "\n";

    const auto parsed = config::parse_env_file(text);
    BOOST_TEST(parsed.unreadable_lines.empty());
    return parsed.values;
}

std::set<std::string> names_that_are_read()
{
    std::set<std::string> names;
    config::read_settings([&names](std::string_view name) {
        names.emplace(name);
        return std::nullopt;
    });
    return names;
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
    const config::Settings defaults;
    const auto settings = settings_of(values_of_example_env());
    BOOST_TEST(!settings.twilio.has_value());
    BOOST_TEST(settings.database_url == defaults.database_url);
    BOOST_TEST(settings.public_base_url == defaults.public_base_url);
    BOOST_TEST(settings.listen_address == defaults.listen_address);
    BOOST_TEST(settings.port == defaults.port);
    BOOST_TEST(settings.db_threads == defaults.db_threads);
    BOOST_TEST(settings.max_upload_bytes == defaults.max_upload_bytes);
    BOOST_TEST(settings.create_wait.count() == defaults.create_wait.count());
    BOOST_TEST(settings.default_country_code == defaults.default_country_code);
    BOOST_TEST(settings.price_per_segment == defaults.price_per_segment);
    BOOST_TEST(settings.messages_per_second.has_value() == defaults.messages_per_second.has_value());
    BOOST_TEST(settings.probe_after.count() == defaults.probe_after.count());
    BOOST_TEST(settings.max_in_flight == defaults.max_in_flight);
    BOOST_TEST(settings.lease.count() == defaults.lease.count());
    BOOST_TEST(settings.pause_filtered_percent == defaults.pause_filtered_percent);
    BOOST_TEST(settings.pause_failed_percent == defaults.pause_failed_percent);
    BOOST_TEST(settings.log_level == defaults.log_level);
    BOOST_TEST(settings.cors_allow_origin == defaults.cors_allow_origin);
}

BOOST_AUTO_TEST_SUITE_END()
