#include "server/cli/commands.hpp"

#include <boost/test/unit_test.hpp>

#include <iostream>
#include <sstream>

namespace
{

struct Outcome
{
    int code;
    std::string out, error;
};

Outcome run(const std::vector<std::string>& arguments)
{
    std::ostringstream out, error;
    auto* const usual = std::cerr.rdbuf(error.rdbuf());
    const int code = waybill::cli::run_simulator(arguments, out);
    std::cerr.rdbuf(usual);
    return {code, out.str(), error.str()};
}

} // namespace

BOOST_AUTO_TEST_SUITE(cli_simulator)

BOOST_AUTO_TEST_CASE(help_names_every_option)
{
    const Outcome outcome = run({"--help"});
    BOOST_CHECK_EQUAL(outcome.code, 0);
    for (const char* option : {"--port", "--account-sid", "--seed", "--duplicate-share", "--inbound-url"})
        BOOST_CHECK_NE(outcome.out.find(option), std::string::npos);
}

BOOST_AUTO_TEST_CASE(options_that_cannot_be_used_are_named_and_nothing_is_started)
{
    const std::vector<std::pair<std::vector<std::string>, std::string>> table{
        {{}, "account-sid"},
        {{"--no-such-option"}, "no-such-option"},
        {{"--account-sid", "AC1", "--auth-token", "t", "--port", "many"}, "port"},
        {{"--account-sid", "AC1", "--auth-token", "t", "--loss-share", "1.5"}, "loss-share"},
        {{"--account-sid", "AC1", "--auth-token", "t", "--api-latency", "-1"}, "api-latency"},
        {{"--account-sid", "AC1", "--auth-token", "t", "--keep-alive", "perhaps"}, "keep-alive"},
        {{"--account-sid", "AC1", "--auth-token", "t", "--inbound-url", "http://example.com/"}, "inbound"},
        {{"--account-sid", "AC1", "--auth-token", "t", "--tls-certificate", "/no/such.pem"}, "/no/such.pem"},
    };
    for (const auto& [arguments, named] : table) {
        const Outcome outcome = run(arguments);
        BOOST_CHECK_EQUAL(outcome.code, 2);
        BOOST_CHECK_MESSAGE(outcome.error.find(named) != std::string::npos, outcome.error);
        BOOST_CHECK_EQUAL(outcome.out, "");
    }
}

BOOST_AUTO_TEST_SUITE_END()
