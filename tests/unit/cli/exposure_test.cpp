#include "server/cli/account_words.hpp"
#include "server/cli/check.hpp"

#include <boost/test/unit_test.hpp>

using namespace waybill;
using cli::AccountCommand;
using cli::AccountVerb;

namespace
{

config::Settings good()
{
    config::Settings settings;
    settings.public_base_url = "https://texts.example.com";
    return settings;
}

} // namespace

BOOST_AUTO_TEST_SUITE(cli_accounts)

BOOST_AUTO_TEST_CASE(each_step_before_the_internet_that_is_missing_is_named)
{
    db::AccessState access;
    BOOST_TEST(cli::exposure_faults(good(), access).empty());
    access.has_users = false;
    BOOST_TEST(cli::exposure_faults(good(), access).at(0).find("user add") != std::string::npos);
    access.has_users = true;
    config::Settings settings = good();
    settings.public_base_url = "http://texts.example.com";
    settings.listen_address = "0.0.0.0";
    settings.cors_allow_origins = {"*"};
    BOOST_TEST(cli::exposure_faults(settings, access).size() == 3U);
    settings.public_base_url.clear();
    BOOST_TEST(cli::exposure_faults(settings, access).at(0).find("PUBLIC_BASE_URL") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(users_are_added_with_a_role)
{
    const auto read = cli::read_user_command({"add", "Ana@Example.com", "--role", "admin", "--password-stdin"});
    const auto& command = std::get<AccountCommand>(read);
    BOOST_CHECK(command.verb == AccountVerb::add);
    BOOST_TEST(command.name == "ana@example.com");
    BOOST_TEST(command.role == "admin");
    BOOST_TEST(command.password_from_stdin);
    for (const std::vector<std::string>& words :
         std::vector<std::vector<std::string>>{{},
                                               {"add", "ana@example.com"},
                                               {"add", "ana", "--role", "admin"},
                                               {"add", "a@b.c", "--role", "root"},
                                               {"add", "a@b.c", "d@e.f", "--role", "admin"},
                                               {"list", "x"},
                                               {"disable"},
                                               {"remove", "a@b.c"}})
        BOOST_CHECK(std::holds_alternative<std::string>(cli::read_user_command(words)));
}

BOOST_AUTO_TEST_CASE(keys_are_added_with_a_role_or_permissions)
{
    const auto read = cli::read_key_command(
        {"add", "shop", "--expires-in-days", "30", "--permission", "campaigns:read", "metrics:read"});
    const auto& command = std::get<AccountCommand>(read);
    BOOST_TEST(command.name == "shop");
    BOOST_TEST(command.permissions.size() == 2U);
    BOOST_TEST(command.expires_in_days == 30);
    BOOST_TEST(std::get<AccountCommand>(cli::read_key_command({"add", "shop", "--role", "viewer"})).role == "viewer");
    BOOST_CHECK(std::get<AccountCommand>(cli::read_key_command({"revoke", "shop"})).verb == AccountVerb::revoke);
    for (const std::vector<std::string>& words :
         std::vector<std::vector<std::string>>{{},
                                               {"add", "shop"},
                                               {"add", "shop", "--role", "root"},
                                               {"add", "--role", "admin"},
                                               {"add", "shop", "--role", "admin", "--permission", "campaigns:read"},
                                               {"add", "shop", "--permission", "all"},
                                               {"add", "shop", "--role", "admin", "--expires-in-days", "0"},
                                               {"revoke"}})
        BOOST_CHECK(std::holds_alternative<std::string>(cli::read_key_command(words)));
}

BOOST_AUTO_TEST_SUITE_END()
