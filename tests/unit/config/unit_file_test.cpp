#include "config/env_file.hpp"
#include "tests/support/tested_build.hpp"

#include <boost/test/unit_test.hpp>

#include <fstream>
#include <set>
#include <string>

namespace config = waybill::config;

namespace
{

// What follows `key=` in the lines of config/deploy/waybill.service.
std::set<std::string> values_of(const std::string& key)
{
    std::ifstream file(waybill::test::source_path("config/deploy/waybill.service"));
    BOOST_REQUIRE(file.is_open());
    std::set<std::string> values;
    for (std::string line; std::getline(file, line);)
        if (line.starts_with(key + "=")) values.insert(line.substr(key.size() + 1));
    return values;
}

} // namespace

BOOST_AUTO_TEST_SUITE(unit_file)

BOOST_AUTO_TEST_CASE(each_secret_may_be_a_credential)
{
    std::set<std::string> credentials;
    config::secret_files([&](std::string_view asked) { // NAME_FILE
        const std::string name(asked.substr(0, asked.rfind("_FILE")));
        credentials.insert(name + ":waybill." + name);
        return std::nullopt;
    });
    BOOST_TEST(values_of("LoadCredential") == credentials, boost::test_tools::per_element());
}

// Waybill reports all of these (server/app/supervisor); without the type, systemd would not listen.
BOOST_AUTO_TEST_CASE(systemd_waits_until_waybill_is_ready_and_watches_its_heartbeat)
{
    BOOST_TEST(values_of("Type").contains("notify"));
    BOOST_TEST(values_of("WatchdogSec").size() == 1);
}

BOOST_AUTO_TEST_SUITE_END()
