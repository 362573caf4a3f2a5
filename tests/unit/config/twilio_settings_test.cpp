#include "config/settings.hpp"
#include "tests/unit/config/setting_values.hpp"

#include <boost/test/unit_test.hpp>

#include <string>
#include <utility>
#include <vector>

using namespace waybill::test;

namespace
{

const std::string hex32 = "0123456789abcdef0123456789ABCDEF";

SettingValues real_twilio()
{
    return {{"TWILIO_ACCOUNT_SID", "AC" + hex32},
            {"TWILIO_AUTH_TOKEN", "0f1e2d3c"},
            {"TWILIO_PHONE_NUMBER", "+15557654321"},
            {"PUBLIC_BASE_URL", "https://texts.example.com"}};
}

SettingValues real_twilio_with(const SettingValues& others)
{
    auto values = real_twilio();
    for (const auto& [name, value] : others)
        values[name] = value;
    return values;
}

using Names = std::vector<std::string>;

} // namespace

BOOST_AUTO_TEST_SUITE(twilio_settings)

BOOST_AUTO_TEST_CASE(full_credentials_mean_the_real_twilio)
{
    const auto settings = settings_of(real_twilio());
    BOOST_REQUIRE(settings.twilio.has_value());
    BOOST_TEST(!settings.simulated());
    BOOST_TEST(settings.simulator_reason.empty());
    BOOST_TEST(settings.twilio->account_sid == "AC" + hex32);
    BOOST_TEST(settings.twilio->phone_number == "+15557654321");
    BOOST_TEST(settings.twilio->api_base_url == "https://api.twilio.com");
}

BOOST_AUTO_TEST_CASE(a_short_code_may_send)
{
    BOOST_TEST(settings_of(real_twilio_with({{"TWILIO_PHONE_NUMBER", "72345"}})).twilio->phone_number == "72345");
}

BOOST_AUTO_TEST_CASE(an_api_key_and_a_messaging_service_are_accepted_too)
{
    const auto settings =
        settings_of(real_twilio_with({{"TWILIO_API_KEY_SID", "SK" + hex32},
                                      {"TWILIO_API_KEY_SECRET", "secret"},
                                      {"TWILIO_PHONE_NUMBER", ""},
                                      {"TWILIO_MESSAGING_SERVICE_SID", "MG" + hex32},
                                      {"TWILIO_API_BASE_URL", "https://api.dublin.ie1.twilio.com/"}}));
    BOOST_TEST(settings.twilio->api_key_sid == "SK" + hex32);
    BOOST_TEST(settings.twilio->api_key_secret == "secret");
    BOOST_TEST(settings.twilio->messaging_service_sid == "MG" + hex32);
    BOOST_TEST(settings.twilio->api_base_url == "https://api.dublin.ie1.twilio.com");
}

BOOST_AUTO_TEST_CASE(while_a_token_is_rotated_both_are_kept_in_order)
{
    const auto settings = settings_of(real_twilio_with({{"TWILIO_AUTH_TOKEN", " new , old,"}}));
    const Names expected = {"new", "old"};
    BOOST_TEST(settings.twilio->auth_tokens == expected, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(a_placeholder_token_means_the_simulator_whatever_stands_beside_it)
{
    for (const auto* token : {"your-actual-auth-token-here", "your_auth_token_here", "<token>", "changeme", "xxxxxxxx",
                              "YOUR_AUTH_TOKEN", "...", "placeholder", "[auth token]"})
        BOOST_TEST_CONTEXT(token)
        {
            const auto settings = settings_of(real_twilio_with({{"TWILIO_AUTH_TOKEN", token}}));
            BOOST_TEST(settings.simulated());
            BOOST_TEST(settings.simulator_reason.starts_with("Twilio credentials not fully configured"));
            BOOST_TEST(settings.simulator_reason.find("TWILIO_AUTH_TOKEN still holds the placeholder") !=
                       std::string::npos);
        }
    BOOST_TEST(settings_of({{"TWILIO_ACCOUNT_SID", "OR" + hex32},
                            {"TWILIO_AUTH_TOKEN", "your-actual-auth-token-here"},
                            {"TWILIO_PHONE_NUMBER", "+15551234567"}})
                   .simulated());
}

BOOST_AUTO_TEST_CASE(placeholders_alone_mean_the_simulator)
{
    const auto settings = settings_of({{"TWILIO_ACCOUNT_SID", "ACxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"},
                                       {"TWILIO_MESSAGING_SERVICE_SID", "your_messaging_service_sid"},
                                       {"TWILIO_API_KEY_SID", "SKXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXX"}});
    BOOST_TEST(settings.simulated());
    BOOST_TEST(!settings.twilio.has_value());
}

BOOST_AUTO_TEST_CASE(tokens_and_sids_as_twilio_makes_them_are_no_placeholders)
{
    for (const auto* token : {"0123456789abcdef0123456789abcdef", "12345", "test-auth-token", "aaaaaaaa"})
        BOOST_TEST(settings_of(real_twilio_with({{"TWILIO_AUTH_TOKEN", token}})).twilio.has_value());
    BOOST_TEST(settings_of(real_twilio_with({{"TWILIO_ACCOUNT_SID", "AC" + std::string(32, '0')}})).twilio.has_value());
}

BOOST_AUTO_TEST_CASE(an_api_base_url_alone_is_no_credential)
{
    const auto settings = settings_of({{"TWILIO_API_BASE_URL", "http://127.0.0.1:9999"}});
    BOOST_TEST(!settings.twilio.has_value());
    BOOST_TEST(settings.simulated());
}

BOOST_AUTO_TEST_CASE(an_api_on_loopback_is_simulated_and_needs_no_public_url)
{
    for (const auto* url : {"http://127.0.0.1:9999", "http://localhost:1", "http://[::1]:1/", "http://127.8.9.10"})
        BOOST_TEST_CONTEXT(url)
        {
            const auto settings =
                settings_of(real_twilio_with({{"TWILIO_API_BASE_URL", url}, {"PUBLIC_BASE_URL", ""}}));
            BOOST_TEST(settings.twilio.has_value());
            BOOST_TEST(settings.simulated());
            BOOST_TEST(settings.simulator_reason.empty());
        }
    BOOST_TEST(!settings_of(real_twilio_with({{"TWILIO_API_BASE_URL", "https://127.evil.example"}})).simulated());
    BOOST_TEST(!settings_of(real_twilio_with({{"TWILIO_API_BASE_URL", "https://fake_twilio:8080"}})).simulated());
}

const std::vector<std::pair<SettingValues, Names>> refused = {
    {{{"TWILIO_ACCOUNT_SID", "OR" + hex32}}, {"TWILIO_ACCOUNT_SID"}},
    {{{"TWILIO_ACCOUNT_SID", "SK" + hex32}}, {"TWILIO_ACCOUNT_SID"}},
    {{{"TWILIO_ACCOUNT_SID", "AC123"}}, {"TWILIO_ACCOUNT_SID"}},
    {{{"TWILIO_ACCOUNT_SID", "AC" + std::string(32, 'g')}}, {"TWILIO_ACCOUNT_SID"}},
    {{{"TWILIO_ACCOUNT_SID", "your_account_sid_here"}}, {"TWILIO_ACCOUNT_SID"}},
    {{{"TWILIO_ACCOUNT_SID", ""}}, {"TWILIO_ACCOUNT_SID"}},
    {{{"TWILIO_AUTH_TOKEN", ""}}, {"TWILIO_AUTH_TOKEN"}},
    {{{"TWILIO_AUTH_TOKEN", " , "}}, {"TWILIO_AUTH_TOKEN"}},
    {{{"TWILIO_AUTH_TOKEN", "0f1e,changeme"}}, {"TWILIO_AUTH_TOKEN"}},
    {{{"TWILIO_PHONE_NUMBER", ""}}, {"TWILIO_PHONE_NUMBER"}},
    {{{"TWILIO_PHONE_NUMBER", "5551234567"}}, {"TWILIO_PHONE_NUMBER"}},
    {{{"TWILIO_PHONE_NUMBER", "7234567"}}, {"TWILIO_PHONE_NUMBER"}},
    {{{"TWILIO_PHONE_NUMBER", "+1 555 123 4567"}}, {"TWILIO_PHONE_NUMBER"}},
    {{{"TWILIO_PHONE_NUMBER", "+05551234567"}}, {"TWILIO_PHONE_NUMBER"}},
    {{{"TWILIO_PHONE_NUMBER", "your_twilio_number"}}, {"TWILIO_PHONE_NUMBER"}},
    {{{"TWILIO_MESSAGING_SERVICE_SID", "MG1"}}, {"TWILIO_MESSAGING_SERVICE_SID"}},
    {{{"TWILIO_API_KEY_SID", "SK" + hex32}}, {"TWILIO_API_KEY_SECRET"}},
    {{{"TWILIO_API_KEY_SECRET", "secret"}}, {"TWILIO_API_KEY_SID"}},
    {{{"TWILIO_API_KEY_SID", "AC" + hex32}, {"TWILIO_API_KEY_SECRET", "s"}}, {"TWILIO_API_KEY_SID"}},
    {{{"PUBLIC_BASE_URL", ""}}, {"PUBLIC_BASE_URL"}},
    {{{"PUBLIC_BASE_URL", "http://127.0.0.1:8000"}}, {"PUBLIC_BASE_URL"}},
    {{{"PUBLIC_BASE_URL", "http://LOCALHOST:8000"}}, {"PUBLIC_BASE_URL"}},
    {{{"PUBLIC_BASE_URL", "https://my_texts.example.com"}}, {"PUBLIC_BASE_URL"}},
    {{{"TWILIO_ACCOUNT_SID", "OR" + hex32}, {"TWILIO_PHONE_NUMBER", "x"}, {"PUBLIC_BASE_URL", "x"}},
     {"TWILIO_ACCOUNT_SID", "TWILIO_PHONE_NUMBER", "PUBLIC_BASE_URL"}},
};

BOOST_AUTO_TEST_CASE(some_but_not_all_or_malformed_credentials_stop_the_start)
{
    for (const auto& [values, names] : refused)
        BOOST_TEST_CONTEXT(values.begin()->first << "=" << values.begin()->second)
        {
            BOOST_TEST(names_at_fault(real_twilio_with(values)) == names, boost::test_tools::per_element());
        }
    const Names without_account = {"TWILIO_ACCOUNT_SID", "TWILIO_AUTH_TOKEN", "PUBLIC_BASE_URL"};
    BOOST_TEST(names_at_fault({{"TWILIO_PHONE_NUMBER", "+15551234567"}}) == without_account,
               boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(an_api_on_another_machine_is_reached_in_clear_text_only_if_the_settings_allow_it)
{
    const Names refused_name = {"TWILIO_API_BASE_URL"};
    for (const char* url : {"http://api.twilio.com", "http://10.0.0.5:8080", "http://127.evil.example"}) {
        BOOST_TEST(names_at_fault(real_twilio_with({{"TWILIO_API_BASE_URL", url}})) == refused_name,
                   boost::test_tools::per_element());
        const auto allowed = settings_of(real_twilio_with({{"TWILIO_API_BASE_URL", url}, {"ALLOW_CLEAR_TEXT", "yes"}}));
        BOOST_TEST(!allowed.simulated());
    }
    for (const char* url : {"https://api.dublin.ie1.twilio.com", "http://127.0.0.1:8080", "http://localhost:8080"})
        BOOST_TEST(settings_of(real_twilio_with({{"TWILIO_API_BASE_URL", url}})).twilio->api_base_url == url);
}

BOOST_AUTO_TEST_CASE(a_stand_in_on_another_host_may_post_to_loopback)
{
    const auto settings = settings_of(real_twilio_with(
        {{"TWILIO_API_BASE_URL", "https://twilio.test:8080"}, {"PUBLIC_BASE_URL", "http://127.0.0.1:8000"}}));
    BOOST_TEST(settings.public_base_url == "http://127.0.0.1:8000");
}

BOOST_AUTO_TEST_CASE(an_organization_is_distinguished_from_an_account)
{
    const auto faults = faults_of(real_twilio_with({{"TWILIO_ACCOUNT_SID", "OR" + hex32}}));
    BOOST_TEST(faults.at(0).sentence.find("organization, an account starts with AC") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(no_sentence_holds_a_secret)
{
    const SettingValues secrets = {{"TWILIO_ACCOUNT_SID", "s3cret-a"},
                                   {"TWILIO_AUTH_TOKEN", "s3cret-b,changeme"},
                                   {"TWILIO_PHONE_NUMBER", "s3cret-c"},
                                   {"TWILIO_MESSAGING_SERVICE_SID", "s3cret-d"},
                                   {"TWILIO_API_KEY_SID", "s3cret-e"},
                                   {"TWILIO_API_KEY_SECRET", "s3cret-here"},
                                   {"TWILIO_API_BASE_URL", "https://me:s3cret@api.example.com"},
                                   {"PUBLIC_BASE_URL", "https://me:s3cret@texts.example.com"},
                                   {"DATABASE_URL", "mysql://me:s3cret@db/x"},
                                   {"PORT", "s3cret"},
                                   {"LOG_LEVEL", "s3cret"}};
    const auto faults = faults_of(secrets);
    BOOST_TEST(faults.size() == secrets.size());
    for (const auto& fault : faults)
        BOOST_TEST(fault.sentence.find("s3cret") == std::string::npos, fault.sentence);
}

BOOST_AUTO_TEST_SUITE_END()
