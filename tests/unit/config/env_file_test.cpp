#include "config/env_file.hpp"

#include "config/settings.hpp"

#include <boost/test/unit_test.hpp>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include <unistd.h>
#include <utility>
#include <vector>

namespace config = waybill::config;

namespace
{

// A .env file that is gone with the object.
class TemporaryEnvFile
{
public:
    explicit TemporaryEnvFile(std::string_view text)
    {
        char name[] = "/tmp/waybill-env-XXXXXX";
        const int descriptor = ::mkstemp(name);
        BOOST_REQUIRE(descriptor >= 0);
        ::close(descriptor);
        path_ = name;
        std::ofstream{path_} << text;
    }
    ~TemporaryEnvFile() { std::filesystem::remove(path_); }
    const std::string& path() const { return path_; }

private:
    std::string path_;
};

// Sets a variable of the environment while it lives.
class EnvironmentVariable
{
public:
    EnvironmentVariable(const char* name, const char* value) : name_(name) { ::setenv(name, value, 1); }
    ~EnvironmentVariable() { ::unsetenv(name_); }

private:
    const char* name_;
};

// An empty directory to work in, while it lives.
class EmptyWorkingDirectory
{
public:
    EmptyWorkingDirectory()
    {
        char name[] = "/tmp/waybill-empty-XXXXXX";
        BOOST_REQUIRE(::mkdtemp(name) != nullptr);
        path_ = name;
        std::filesystem::current_path(path_);
    }
    ~EmptyWorkingDirectory()
    {
        std::filesystem::current_path(before_);
        std::filesystem::remove_all(path_);
    }

private:
    std::filesystem::path before_ = std::filesystem::current_path(), path_;
};

} // namespace

BOOST_AUTO_TEST_SUITE(env_file)

BOOST_AUTO_TEST_CASE(a_line_gives_a_name_its_value)
{
    const std::vector<std::pair<std::string, std::string>> table = {
        {"A=1", "1"},
        {"  A = 1 \r", "1"},
        {"export A=1", "1"},
        {"A=", ""},
        {"A=# nothing", ""},
        {"A=one two # a comment", "one two"},
        {"A=one#two", "one#two"},
        {"A=postgresql://me:p=w@db/x?a=b", "postgresql://me:p=w@db/x?a=b"},
        {"A='one # two'", "one # two"},
        {R"(A='a\n"b"')", R"(a\n"b")"},
        {R"(A="a\n\"b\" \\ \x" # c)", "a\n\"b\" \\ \\x"},
        {"A=\"\"", ""},
        {"A=1\nA=2", "2"},
        {"\xEF\xBB\xBF"
         "A=1",
         "1"},
    };
    for (const auto& [text, value] : table)
        BOOST_TEST_CONTEXT(text)
        {
            const auto file = config::parse_env_file(text);
            BOOST_TEST(file.unreadable_lines.empty());
            BOOST_REQUIRE(file.values.contains("A"));
            BOOST_TEST(file.values.at("A") == value);
            BOOST_TEST(file.values.size() == 1);
        }
}

BOOST_AUTO_TEST_CASE(comments_and_blank_lines_are_skipped_and_nonsense_is_counted)
{
    const auto file = config::parse_env_file("# A=1\n\n   \nB=2\nnonsense\n1C=3\nD='open\nE=\"x\" y\n=6\nF=7");
    BOOST_TEST(file.values.size() == 2);
    BOOST_TEST(file.values.at("B") == "2");
    BOOST_TEST(file.values.at("F") == "7");
    const std::vector<int> expected = {5, 6, 7, 8, 9};
    BOOST_TEST(file.unreadable_lines == expected, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(the_environment_wins_over_the_file)
{
    const TemporaryEnvFile file{"WAYBILL_TEST_A=file\nWAYBILL_TEST_B=file\nWAYBILL_TEST_C=file\n"};
    const EnvironmentVariable a{"WAYBILL_TEST_A", "environment"};
    const EnvironmentVariable b{"WAYBILL_TEST_B", ""};
    const auto lookup = config::environment_over_file(file.path());
    BOOST_TEST(lookup("WAYBILL_TEST_A").value_or("unset") == "environment");
    BOOST_TEST(lookup("WAYBILL_TEST_B").value_or("unset") == "file");
    BOOST_TEST(lookup("WAYBILL_TEST_C").value_or("unset") == "file");
    BOOST_TEST(lookup("WAYBILL_TEST_D").value_or("unset") == "unset");
}

BOOST_AUTO_TEST_CASE(without_a_file_the_environment_stands_alone)
{
    const EnvironmentVariable a{"WAYBILL_TEST_A", "environment"};
    const auto lookup = config::environment_over_file("/nonexistent/.env");
    BOOST_TEST(lookup("WAYBILL_TEST_A").value_or("unset") == "environment");
    BOOST_TEST(lookup("WAYBILL_TEST_B").value_or("unset") == "unset");
}

BOOST_AUTO_TEST_CASE(settings_come_from_one_file_and_another_one_is_reported)
{
    const EmptyWorkingDirectory directory;
    const TemporaryEnvFile system("PORT=1\n"), named("PORT=2\n");
    const auto chosen = [&](const std::string& system_file) { return config::choose_settings_file(system_file); };
    BOOST_TEST(chosen("/nonexistent").path == ".env");
    BOOST_TEST(chosen(system.path()).path == system.path());
    {
        const EnvironmentVariable variable("WAYBILL_SETTINGS", named.path().c_str());
        BOOST_TEST(chosen(system.path()).path == named.path());
        BOOST_TEST(chosen(system.path()).ignored.empty());
    }
    std::ofstream(".env") << "PORT=3\n";
    const config::SettingsFile local = chosen(system.path());
    const EnvironmentVariable variable("WAYBILL_SETTINGS", named.path().c_str());
    const config::SettingsFile explicitly = chosen(system.path());
    BOOST_TEST(local.path == ".env");
    BOOST_TEST(local.ignored == system.path());
    BOOST_TEST(explicitly.path == named.path());
    BOOST_TEST(explicitly.ignored == ".env");
}

BOOST_AUTO_TEST_CASE(a_settings_file_that_cannot_be_read_ends_the_start)
{
    BOOST_CHECK_THROW(config::environment_over_file(std::string(5000, 'x')), std::exception); // root may read any other
}

BOOST_AUTO_TEST_CASE(a_secret_may_stand_in_a_file_of_its_own)
{
    const TemporaryEnvFile secret("t0ken\n"), empty("");
    const TemporaryEnvFile file("TWILIO_AUTH_TOKEN_FILE=" + secret.path() + "\nPORT_FILE=" + secret.path() + "\n");
    const config::Lookup lookup = config::environment_over_file(file.path());
    BOOST_TEST(lookup("TWILIO_AUTH_TOKEN").value_or("") == "t0ken");
    BOOST_TEST(!lookup("PORT").has_value());
    BOOST_TEST(!lookup("TWILIO_API_KEY_SECRET").has_value());
    const EnvironmentVariable named("TWILIO_AUTH_TOKEN", "from the environment");
    BOOST_TEST(lookup("TWILIO_AUTH_TOKEN").value_or("") == "from the environment");
    const EnvironmentVariable missing("TWILIO_API_KEY_SECRET_FILE", "/nonexistent/secret");
    BOOST_CHECK_THROW(lookup("TWILIO_API_KEY_SECRET"), std::exception);
}

BOOST_AUTO_TEST_CASE(a_systemd_credential_is_a_secret_too)
{
    const std::filesystem::path directory = std::filesystem::temp_directory_path() / "waybill-credentials-test";
    std::filesystem::create_directory(directory);
    std::ofstream(directory / "DATABASE_URL") << "postgresql:///elsewhere";
    {
        const EnvironmentVariable variable("CREDENTIALS_DIRECTORY", directory.c_str());
        BOOST_TEST(config::environment_over_file("none")("DATABASE_URL").value_or("") == "postgresql:///elsewhere");
    }
    std::filesystem::remove_all(directory);
}

BOOST_AUTO_TEST_SUITE_END()
