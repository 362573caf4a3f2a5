#include "server/cli/account_words.hpp"

#include <boost/test/unit_test.hpp>

using namespace waybill::cli;
using Words = std::vector<std::string>;

namespace
{

AccountCommand key_command(const Words& words)
{
    const auto read = read_key_command(words);
    const auto* fault = std::get_if<std::string>(&read);
    BOOST_REQUIRE_MESSAGE(fault == nullptr, (fault ? *fault : ""));
    return std::get<AccountCommand>(read);
}

bool is_fault(const Words& words, std::string_view part)
{
    const auto read = read_key_command(words);
    const auto* fault = std::get_if<std::string>(&read);
    return fault != nullptr && fault->find(part) != std::string::npos;
}

} // namespace

BOOST_AUTO_TEST_SUITE(cli_account_words)

BOOST_AUTO_TEST_CASE(a_user_is_added_with_a_role)
{
    const auto read = read_user_command({"add", "Ana@Example.com", "--role", "viewer", "--password-stdin"});
    const auto& command = std::get<AccountCommand>(read);
    BOOST_CHECK(command.verb == AccountVerb::add);
    BOOST_TEST(command.name == "ana@example.com");
    BOOST_TEST(command.role == "viewer");
    BOOST_TEST(command.password_from_stdin);
    for (const Words& words : {Words{},
                               {"add"},
                               {"add", "ana@example.com"},
                               {"add", "ana", "--role", "viewer"},
                               {"add", "ana@example.com", "--role", "root"},
                               {"disable"},
                               {"list", "all"},
                               {"forget"}})
        BOOST_TEST(std::holds_alternative<std::string>(read_user_command(words)));
}

BOOST_AUTO_TEST_CASE(a_key_has_a_role_or_permissions)
{
    BOOST_TEST(key_command({"add", "shop", "--role", "operator"}).role == "operator");
    const AccountCommand single = key_command({"add", "shop", "--permission", "campaigns:read", "metrics:read"});
    BOOST_TEST(single.permissions == Words({"campaigns:read", "metrics:read"}), boost::test_tools::per_element());
    BOOST_TEST(is_fault({"add", "shop"}, "--role"));
    BOOST_TEST(is_fault({"add", "shop", "--role", "root"}, "The role is one of"));
    BOOST_TEST(is_fault({"add", "shop", "--role", "viewer", "--permission", "campaigns:read"}, "--role ROLE or"));
    BOOST_TEST(is_fault({"add", "shop", "--permission", "everything"}, "not a permission"));
    BOOST_TEST(is_fault({"add", "two\nlines", "--role", "viewer"}, "one line"));
}

BOOST_AUTO_TEST_CASE(a_key_has_limits)
{
    const AccountCommand command =
        key_command({"add", "shop", "--role", "marketer", "--expires-in-days", "30", "--requests-per-minute", "600",
                     "--daily-budget", "12.50", "--senders", "+15005550006,12345"});
    BOOST_TEST(command.expires_in_days == 30);
    BOOST_TEST(command.limits.requests_per_minute.value() == 600);
    BOOST_TEST(command.limits.daily_budget.value() == 125'000);
    BOOST_TEST(command.limits.senders == Words({"+15005550006", "12345"}), boost::test_tools::per_element());
    const AccountCommand without = key_command({"add", "shop", "--role", "marketer"});
    BOOST_TEST(!without.limits.requests_per_minute.has_value());
    BOOST_TEST(!without.limits.daily_budget.has_value());
    BOOST_TEST(without.limits.senders.empty());
    const auto with = [](const std::string& option, const std::string& value) {
        return Words{"add", "shop", "--role", "marketer", option, value};
    };
    for (const char* value : {"0", "-1", "x", "3651", ""})
        BOOST_TEST(is_fault(with("--expires-in-days", value), "--expires-in-days"), value);
    for (const char* value : {"0", "-1", "1.5", "1000001", ""})
        BOOST_TEST(is_fault(with("--requests-per-minute", value), "--requests-per-minute"), value);
    for (const char* value : {"0", "-1", "$5", "1.23456", ""})
        BOOST_TEST(is_fault(with("--daily-budget", value), "--daily-budget"), value);
    for (const char* value : {"", "shop", "+1", "+15005550006,", "+15005550006 12345"})
        BOOST_TEST(is_fault(with("--senders", value), "--senders"), value);
}

BOOST_AUTO_TEST_SUITE_END()
