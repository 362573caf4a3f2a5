#include "tests/support/tested_build.hpp"

#include <boost/test/unit_test.hpp>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

using namespace waybill;

namespace
{

std::string text_of(const std::string& file)
{
    std::ifstream stream(test::source_path("config/deploy/" + file));
    return {std::istreambuf_iterator<char>(stream), {}};
}

std::vector<std::string> files_ending_in(const std::vector<std::string>& extensions)
{
    std::vector<std::string> names;
    for (const auto& entry : std::filesystem::directory_iterator(test::source_path("config/deploy")))
        for (const std::string& extension : extensions)
            if (entry.path().extension() == extension) names.push_back(entry.path().filename().string());
    return names;
}

bool names(const std::string& text, const std::string& file)
{
    return text.find(file) != std::string::npos;
}

} // namespace

BOOST_AUTO_TEST_SUITE(deploy_files)

BOOST_AUTO_TEST_CASE(the_package_installs_each_unit_and_stops_and_removes_it_again)
{
    const std::vector<std::string> units = files_ending_in({".service", ".socket"});
    BOOST_TEST(units.size() == 2U);
    for (const std::string& unit : units) {
        BOOST_TEST(names(text_of("package.cmake"), "config/deploy/" + unit), unit);
        for (const char* script : {"debian/postinst", "debian/prerm", "debian/postrm"})
            BOOST_TEST(names(text_of(script), unit), script << " and " << unit);
    }
}

BOOST_AUTO_TEST_CASE(the_package_has_the_configuration_of_each_proxy)
{
    for (const char* proxy : {"nginx.conf", "haproxy.cfg", "Caddyfile"})
        BOOST_TEST(names(text_of("package.cmake"), std::string("config/deploy/") + proxy), proxy);
}

BOOST_AUTO_TEST_CASE(the_package_has_the_operating_notes_and_says_where)
{
    BOOST_TEST(
        names(text_of("package.cmake"), "config/deploy/README.md DESTINATION ${documentation} RENAME operating.md"));
    BOOST_TEST(names(text_of("debian/README.Debian"), "operating.md"));
}

BOOST_AUTO_TEST_CASE(the_package_names_the_licences_of_what_is_embedded)
{
    for (const char* embedded : {"Chart.js", "Redoc"})
        BOOST_TEST(names(text_of("debian/copyright"), embedded), embedded);
    BOOST_TEST(names(text_of("package.cmake"), "redoc.standalone.js.LICENSE.txt"));
}

BOOST_AUTO_TEST_CASE(what_asks_a_second_waybill_never_leaves_both_out)
{
    for (const char* proxy : {"nginx.conf", "haproxy.cfg"})
        for (const char* webhooks : {"127.0.0.1:8001", "127.0.0.1:8101"})
            BOOST_TEST(names(text_of(proxy), webhooks), proxy);
    BOOST_TEST(names(text_of("haproxy.cfg"), "option allbackups"));
    BOOST_TEST(names(text_of("nginx.conf"), "8101 max_fails=0"));
    BOOST_TEST(!names(text_of("Caddyfile"), "health_uri")); // without a database no Waybill is ready
}

BOOST_AUTO_TEST_SUITE_END()
