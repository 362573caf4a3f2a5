#include "config/env_file.hpp"
#include "config/settings.hpp"
#include "tests/support/tested_build.hpp"
#include "tests/unit/config/setting_values.hpp"

#include <boost/test/unit_test.hpp>

#include <fstream>
#include <iterator>
#include <regex>
#include <set>
#include <string>

using namespace waybill;
using namespace waybill::test;

namespace
{

std::string shipped_text(const std::string& file)
{
    std::ifstream stream(source_path("config/" + file));
    BOOST_REQUIRE(stream.is_open());
    return {std::istreambuf_iterator<char>(stream), {}};
}

// The settings in a file of config/deploy, found by a pattern of a name and its value.
SettingValues shipped_values(const std::string& file, const std::regex& pattern)
{
    const std::string text = shipped_text("deploy/" + file);
    SettingValues values;
    for (std::sregex_iterator found(text.begin(), text.end(), pattern), end; found != end; ++found)
        values[(*found)[1]] = (*found)[2];
    return values;
}

void check_all_are_settings(const SettingValues& values)
{
    const std::set<std::string> known = names_that_are_read();
    for (const auto& [name, value] : values)
        BOOST_TEST(known.contains(name), name);
}

} // namespace

BOOST_AUTO_TEST_SUITE(shipped_settings)

BOOST_AUTO_TEST_CASE(a_new_package_keeps_everything_in_its_state_directory_and_sends_nothing)
{
    const auto file = config::parse_env_file(shipped_text("deploy/debian/waybill.env"));
    BOOST_TEST(file.unreadable_lines.empty());
    check_all_are_settings(file.values);

    const auto settings = settings_of(file.values);
    BOOST_TEST(settings.simulated());
    BOOST_TEST(settings.database_url == "postgresql:///waybill");
    for (const std::string& path : {settings.journal_dir, settings.privacy_key_file})
        BOOST_TEST(path.starts_with("/var/lib/waybill/"), path);
}

BOOST_AUTO_TEST_CASE(what_the_package_suggests_as_a_comment_is_a_setting_as_well)
{
    const auto suggested = shipped_values("debian/waybill.env", std::regex(R"((?:^|\n)#([A-Z_]+)=(.*))"));
    BOOST_TEST(suggested.contains("TWILIO_AUTH_TOKEN"));
    BOOST_TEST(suggested.contains("PUBLIC_BASE_URL"));
    check_all_are_settings(suggested);
}

BOOST_AUTO_TEST_CASE(the_image_keeps_everything_in_its_volume_and_listens_outside_of_itself)
{
    auto values = shipped_values("Containerfile", std::regex(R"([ \n]([A-Z_]+)=(\S+))"));
    BOOST_TEST(values["WAYBILL_SETTINGS"] == "/dev/null"); // names the file of the settings; is none of them
    values.erase("WAYBILL_SETTINGS");
    check_all_are_settings(values);

    const auto settings = settings_of(values);
    BOOST_TEST(settings.listen_address == "0.0.0.0");
    for (const std::string& path : {settings.journal_dir, settings.privacy_key_file})
        BOOST_TEST(path.starts_with("/var/lib/waybill/"), path);
}

BOOST_AUTO_TEST_CASE(the_composed_waybill_may_use_the_postgresql_beside_it)
{
    auto values = shipped_values("compose.yaml", std::regex(R"(\n {6}([A-Z_]+): "?([^"\s]+))"));
    const std::string user = values["POSTGRES_USER"], password = values["POSTGRES_PASSWORD"],
                      name = values["POSTGRES_DB"];
    std::erase_if(values, [](const auto& value) { return value.first.starts_with("POSTGRES_"); }); // of the image
    check_all_are_settings(values);

    const auto settings = settings_of(values); // refuses clear text to another machine unless it is allowed
    BOOST_TEST(settings.database_url ==
               "postgresql://" + user + ":" + password + "@postgres/" + name + "?sslmode=disable");
}

BOOST_AUTO_TEST_CASE(the_socket_of_systemd_and_prometheus_use_the_default_address)
{
    const config::Settings settings;
    const std::string address = settings.listen_address + ":" + std::to_string(settings.port);
    BOOST_TEST(shipped_text("deploy/waybill.socket").find("\nListenStream=" + address + "\n") != std::string::npos);
    BOOST_TEST(shipped_text("monitoring/prometheus.yml").find("[" + address + "]") != std::string::npos);
}

BOOST_AUTO_TEST_SUITE_END()
