#include "config/settings.hpp"

#include "tests/unit/config/setting_values.hpp"

#include <boost/test/unit_test.hpp>

#include <string>
#include <utility>
#include <vector>

using namespace waybill::test;

BOOST_AUTO_TEST_SUITE(settings)

BOOST_AUTO_TEST_CASE(without_anything_set_the_simulator_stands_in_and_says_why)
{
    const auto settings = settings_of({});
    BOOST_TEST(!settings.twilio.has_value());
    BOOST_TEST(settings.simulated());
    BOOST_TEST(settings.simulator_reason.starts_with(
        "Twilio credentials not fully configured: set TWILIO_ACCOUNT_SID, TWILIO_AUTH_TOKEN and"));
    BOOST_TEST(settings.database_url == "postgresql:///waybill");
    BOOST_TEST(settings.port == 8000);
}

BOOST_AUTO_TEST_CASE(every_value_is_read)
{
    const auto settings = settings_of({{"DATABASE_URL", "postgres://me:secret@db:5433/texts"},
                                       {"PUBLIC_BASE_URL", "http://Texts.example.com:8080/a/"},
                                       {"LISTEN_ADDRESS", "::1"},
                                       {"PORT", " 9000\r"},
                                       {"DB_THREADS", "8"},
                                       {"MAX_UPLOAD_BYTES", "1000"},
                                       {"CREATE_WAIT_SECONDS", "0"},
                                       {"DEFAULT_COUNTRY_CODE", "+44"},
                                       {"PRICE_PER_SEGMENT", "0.01"},
                                       {"MESSAGES_PER_SECOND", "0.5"},
                                       {"MAX_IN_FLIGHT", "7"},
                                       {"LEASE_SECONDS", "60"},
                                       {"PROBE_AFTER_SECONDS", "5"},
                                       {"PAUSE_FILTERED_PERCENT", "0"},
                                       {"PAUSE_FAILED_PERCENT", "50"},
                                       {"LOG_LEVEL", "Debug"},
                                       {"CORS_ALLOW_ORIGIN", "https://app.example.com/, http://localhost:3000"},
                                       {"ALLOWED_HOSTS", "Texts.example.com,intern"}});
    BOOST_TEST(settings.database_url == "postgres://me:secret@db:5433/texts");
    BOOST_TEST(settings.public_base_url == "http://Texts.example.com:8080/a");
    BOOST_TEST(settings.listen_address == "::1");
    BOOST_TEST(settings.port == 9000);
    BOOST_TEST(settings.db_threads == 8);
    BOOST_TEST(settings.max_upload_bytes == 1000);
    BOOST_TEST(settings.create_wait.count() == 0);
    BOOST_TEST(settings.default_country_code == "44");
    BOOST_TEST(settings.price_per_segment == 100);
    BOOST_TEST(settings.messages_per_second.value() == 0.5);
    BOOST_TEST(settings.max_in_flight == 7);
    BOOST_TEST(settings.lease.count() == 60);
    BOOST_TEST(settings.probe_after.count() == 5'000);
    BOOST_TEST(settings.pause_filtered_percent == 0);
    BOOST_TEST(settings.pause_failed_percent == 50);
    BOOST_TEST(settings.log_level == "debug");
    BOOST_REQUIRE(settings.cors_allow_origins.size() == 2U);
    BOOST_TEST(settings.cors_allow_origins[0] == "https://app.example.com");
    BOOST_TEST(settings.cors_allow_origins[1] == "http://localhost:3000");
    BOOST_REQUIRE(settings.allowed_hosts.size() == 2U);
    BOOST_TEST(settings.allowed_hosts[0] == "texts.example.com");
}

BOOST_AUTO_TEST_CASE(how_to_log_and_how_long_to_drain_is_read)
{
    const auto settings = settings_of({{"LOG_FORMAT", "JSON"}, {"LOG_REQUESTS", "yes"}, {"DRAIN_SECONDS", "10"}});
    BOOST_TEST(settings.log_format == "json");
    BOOST_TEST(settings.log_requests);
    BOOST_TEST(settings.drain.count() == 10);
    BOOST_TEST(settings_of({}).log_format == "text");
}

BOOST_AUTO_TEST_CASE(which_numbers_may_be_texted_is_read)
{
    const auto settings = settings_of({{"ALLOWED_COUNTRY_CODES", "+44, 353"}, {"ALLOW_PREMIUM", "Yes"}});
    BOOST_REQUIRE(settings.allowed_country_codes.size() == 2U);
    BOOST_TEST(settings.allowed_country_codes[0] == "44");
    BOOST_TEST(settings.allowed_country_codes[1] == "353");
    BOOST_TEST(settings.allow_premium);
}

BOOST_AUTO_TEST_CASE(quotation_marks_that_an_env_file_left_are_refused_with_the_reason)
{
    for (const char* value : {"\"+15551234567\"", "'+15551234567'", "\"\""})
        BOOST_TEST(faults_of({{"TWILIO_PHONE_NUMBER", value}}).at(0).sentence ==
                   "TWILIO_PHONE_NUMBER has quotation marks around its value, which became part of it; remove them "
                   "where it is set.");
}

BOOST_AUTO_TEST_CASE(unset_and_empty_mean_the_same)
{
    const auto settings = settings_of({{"PORT", ""}, {"DATABASE_URL", "  "}, {"TWILIO_AUTH_TOKEN", ""}});
    BOOST_TEST(settings.port == 8000);
    BOOST_TEST(settings.database_url == "postgresql:///waybill");
    BOOST_TEST(settings.simulated());
}

BOOST_AUTO_TEST_CASE(prices_are_read_in_ten_thousandths_of_a_dollar)
{
    const std::vector<std::pair<std::string, std::int64_t>> table = {
        {"0.0075", 75}, {"0", 0}, {"1", 10'000}, {"0.1", 1'000}, {"12.34", 123'400}, {"999.9999", 9'999'999}};
    for (const auto& [text, price] : table)
        BOOST_TEST(settings_of({{"PRICE_PER_SEGMENT", text}}).price_per_segment == price);
}

BOOST_AUTO_TEST_CASE(a_daily_budget_is_an_amount_and_its_day_begins_in_a_time_zone)
{
    BOOST_TEST(!settings_of({}).daily_budget.has_value());
    BOOST_TEST(settings_of({}).time_zone == "UTC");
    const auto settings = settings_of({{"DAILY_BUDGET", "1250.5"}, {"TIME_ZONE", "America/New_York"}});
    BOOST_TEST(settings.daily_budget.value() == 12'505'000);
    BOOST_TEST(settings.time_zone == "America/New_York");
}

BOOST_AUTO_TEST_CASE(the_proxy_protocol_needs_trusted_proxies_and_a_real_account)
{
    const std::vector<std::string> both{"PROXY_PROTOCOL", "PROXY_PROTOCOL"};
    BOOST_TEST(names_at_fault({{"PROXY_PROTOCOL", "yes"}}) == both, boost::test_tools::per_element());
}

const std::vector<std::pair<std::string, std::string>> unusable = {
    {"PORT", "65536"},
    {"PORT", "-1"},
    {"PORT", "80a"},
    {"PORT", "8 0"},
    {"DB_THREADS", "0"},
    {"DB_THREADS", "65"},
    {"MAX_UPLOAD_BYTES", "0"},
    {"MAX_UPLOAD_BYTES", "99999999999999999999"},
    {"CREATE_WAIT_SECONDS", "301"},
    {"MAX_IN_FLIGHT", "0"},
    {"MAX_IN_FLIGHT", "many"},
    {"LEASE_SECONDS", "0"},
    {"PROBE_AFTER_SECONDS", "0"},
    {"PAUSE_FILTERED_PERCENT", "101"},
    {"PAUSE_FAILED_PERCENT", "-1"},
    {"DEFAULT_COUNTRY_CODE", "0"},
    {"DEFAULT_COUNTRY_CODE", "+"},
    {"DEFAULT_COUNTRY_CODE", "1234"},
    {"DEFAULT_COUNTRY_CODE", "de"},
    {"PRICE_PER_SEGMENT", "0.00751"},
    {"PRICE_PER_SEGMENT", "-1"},
    {"PRICE_PER_SEGMENT", "1."},
    {"PRICE_PER_SEGMENT", ".5"},
    {"PRICE_PER_SEGMENT", "1000"},
    {"PRICE_PER_SEGMENT", "0,01"},
    {"DAILY_BUDGET", "0"},
    {"DAILY_BUDGET", "-1"},
    {"DAILY_BUDGET", "ten"},
    {"DAILY_BUDGET", "12.34567"},
    {"DAILY_BUDGET", "0.1799"}, // less than the longest message costs
    {"TIME_ZONE", "Rome"},
    {"TIME_ZONE", "Europe"},
    {"TIME_ZONE", "../../../etc/passwd"},
    {"PROXY_PROTOCOL", "perhaps"},
    {"MESSAGES_PER_SECOND", "0"},
    {"MESSAGES_PER_SECOND", "nan"},
    {"MESSAGES_PER_SECOND", "inf"},
    {"MESSAGES_PER_SECOND", "10/s"},
    {"LISTEN_ADDRESS", "localhost"},
    {"LISTEN_ADDRESS", "127.0.0"},
    {"LISTEN_ADDRESS", "192.0.2.1"}, // the simulator could not call back
    {"LOG_LEVEL", "loud"},
    {"LOG_FORMAT", "xml"},
    {"LOG_REQUESTS", "sometimes"},
    {"DRAIN_SECONDS", "301"},
    {"CORS_ALLOW_ORIGIN", "app.example.com"},
    {"CORS_ALLOW_ORIGIN", "https://app.example.com/path"},
    {"CORS_ALLOW_ORIGIN", "https://a.example.com, b.example.com"},
    {"ALLOWED_HOSTS", "https://texts.example.com"},
    {"ALLOWED_HOSTS", "texts.example.com:443"},
    {"DATABASE_URL", "mysql://me@db/texts"},
    {"DATABASE_URL", "waybill"},
    {"TWILIO_API_BASE_URL", "api.twilio.com"},
    {"PUBLIC_BASE_URL", "texts.example.com"},
    {"PUBLIC_BASE_URL", "ftp://texts.example.com"},
    {"PUBLIC_BASE_URL", "https://"},
    {"PUBLIC_BASE_URL", "https:///path"},
    {"PUBLIC_BASE_URL", "https://texts.example.com?a=b"},
    {"PUBLIC_BASE_URL", "https://texts.example.com/#top"},
    {"PUBLIC_BASE_URL", "https://me:secret@texts.example.com"},
    {"PUBLIC_BASE_URL", "https://my_texts.example.com"},
    {"PUBLIC_BASE_URL", "https://texts.example.com:0"},
    {"PUBLIC_BASE_URL", "https://texts.example.com:99999"},
    {"PUBLIC_BASE_URL", "https://texts.example.com:"},
    {"PUBLIC_BASE_URL", "https://[::1"},
    {"PUBLIC_BASE_URL", "https://[zz]"},
    {"PUBLIC_BASE_URL", "https://texts.example.com/a b"},
};

BOOST_AUTO_TEST_CASE(what_cannot_be_used_is_one_fault_that_names_the_setting)
{
    for (const auto& [name, value] : unusable)
        BOOST_TEST_CONTEXT(name << "=" << value)
        {
            const auto faults = faults_of({{name, value}});
            BOOST_REQUIRE_EQUAL(faults.size(), 1);
            BOOST_TEST(faults[0].name == name);
            BOOST_TEST(faults[0].sentence.starts_with(name));
            BOOST_TEST(faults[0].sentence.ends_with("."));
        }
}

BOOST_AUTO_TEST_CASE(all_faults_are_reported_together)
{
    const auto names = names_at_fault({{"PORT", "x"}, {"LOG_LEVEL", "y"}, {"TWILIO_AUTH_TOKEN", "0f1e"}});
    const std::vector<std::string> expected = {"TWILIO_ACCOUNT_SID", "TWILIO_PHONE_NUMBER", "PUBLIC_BASE_URL", "PORT",
                                               "LOG_LEVEL"};
    BOOST_TEST(names == expected, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(database_urls_of_all_three_forms_are_accepted)
{
    for (const auto* url : {"postgresql:///waybill", "postgres://me@db/x", "host=/run/pg dbname=x", "dbname = x"})
        BOOST_TEST(settings_of({{"DATABASE_URL", url}}).database_url == url);
}

BOOST_AUTO_TEST_SUITE_END()
