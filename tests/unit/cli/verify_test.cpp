#include "server/cli/commands.hpp"
#include "webhooks/signature.hpp"

#include <boost/test/unit_test.hpp>

#include <sstream>
#include <string>

using namespace waybill;

namespace
{

const std::string token = "0123456789abcdef0123456789abcdef";
const std::string url = "https://sms.example.com/webhooks/twilio/status/17";
const std::string body = "MessageSid=SM1&MessageStatus=sent&Body=a+b";

struct Verdict
{
    int code;
    std::string text;

    bool says(std::string_view words) const { return text.find(words) != text.npos; }
};

Verdict run(const std::vector<std::string>& arguments)
{
    std::ostringstream out;
    const int code = cli::run_verify(arguments, out);
    return {code, out.str()};
}

std::string signature_of(const std::string& signed_url, const std::string& signed_body)
{
    return webhooks::SigningKey(token).sign(signed_url, *webhooks::parse_form(signed_body));
}

// A webhook signed over one URL and body and received with another.
Verdict judge(const std::string& signed_url, const std::string& signed_body, const std::string& received_url,
              const std::string& received_body, std::vector<std::string> more = {})
{
    std::vector<std::string> arguments{"--url",  received_url,  "--token",
                                       token,    "--signature", signature_of(signed_url, signed_body),
                                       "--body", received_body};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return run(arguments);
}

} // namespace

BOOST_AUTO_TEST_SUITE(verify)

BOOST_AUTO_TEST_CASE(a_right_signature_names_the_url_and_the_token)
{
    const Verdict plain = judge(url, body, url, body);
    BOOST_CHECK_EQUAL(plain.code, 0);
    BOOST_CHECK_EQUAL(plain.text, "The signature is right.\nIt was made with the token over " + url + "\n");

    const Verdict with_port = judge("https://sms.example.com:443/x", body, "https://sms.example.com/x", body);
    BOOST_CHECK_EQUAL(with_port.code, 0);
    BOOST_CHECK(with_port.says("over https://sms.example.com:443/x\n"));

    const Verdict second =
        run({"--url", url, "--token", "next," + token, "--signature", signature_of(url, body), "--body", body});
    BOOST_CHECK_EQUAL(second.code, 0);
    BOOST_CHECK(second.says("token 2 of 2"));
}

BOOST_AUTO_TEST_CASE(a_get_and_a_json_body_are_judged_as_such)
{
    BOOST_CHECK_EQUAL(judge(url + "?a=1", "", url + "?a=1", "", {"--method", "GET"}).code, 0);
    const std::string hashed = url + "?bodySHA256=44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a";
    const std::vector<std::string> as_json{"--content-type", "application/json; charset=utf-8"};
    BOOST_CHECK_EQUAL(judge(hashed, "", hashed, "{}", as_json).code, 0);
    const Verdict changed = judge(hashed, "", hashed, "{ }", as_json);
    BOOST_CHECK_EQUAL(changed.code, 1);
    BOOST_CHECK(changed.says("bodySHA256 is missing or is not the SHA-256 of this body"));
}

BOOST_AUTO_TEST_CASE(a_rejected_url_is_explained)
{
    struct Row
    {
        std::string signed_url, received_url, words;
    };
    const std::vector<Row> table{
        {"https://a.example/x", "http://a.example/x", "signed with https://: start PUBLIC_BASE_URL"},
        {"http://a.example/x", "https://a.example/x", "signed with http://: start PUBLIC_BASE_URL"},
        {"https://a.example/x/", "https://a.example/x", "signed with a trailing slash"},
        {"https://a.example/x", "https://a.example/x/", "signed without the trailing slash"},
        {"https://a.example/x", "https://a.example//x", "signed without doubled slashes"},
        {"https://a.example/x", "https://A.Example/x", "signed in lower case"},
        {"https://A.EXAMPLE/x", "https://a.example/x", "signed in upper case"},
        {"https://a.example/x", "https://a.example/x?y=1", "signed without its query"},
        {"https://a.example/x?y=%27", "https://a.example/x?y='", "signed with %27 in place of an apostrophe"},
        {"https://a.example/x?y='", "https://a.example/x?y=%27", "signed with an apostrophe in place of %27"},
        {"https://a.example/x?y=+", "https://a.example/x?y=%20", "signed with + in place of %20"},
        {"https://a.example/x?y=%20", "https://a.example/x?y=+", "signed with %20 in place of +"},
    };
    for (const auto& [signed_url, received_url, words] : table) {
        const Verdict verdict = judge(signed_url, body, received_url, body);
        BOOST_CHECK_EQUAL(verdict.code, 1);
        BOOST_CHECK_MESSAGE(verdict.says(words), verdict.text);
        BOOST_CHECK_MESSAGE(verdict.says("It would be right, with the token, over " + signed_url + "\n"), verdict.text);
        BOOST_CHECK_MESSAGE(verdict.says("\n  " + received_url + "\n"), verdict.text);
    }
}

BOOST_AUTO_TEST_CASE(a_rejected_body_is_explained)
{
    struct Row
    {
        std::string signed_body, received_body, words;
    };
    const std::vector<Row> table{
        {"A=a%26b", "A=a%2526b", "after decoding them twice"},
        {"A=a%2Bb%2541", "A=a+b%41", "was already decoded"},
        {"A=x", "A=x%0A", "without the blanks around them"},
        {"", "A=x", "Only the URL was signed"},
        {"", "A=%", "The body is not a form"},
    };
    for (const auto& [signed_body, received_body, words] : table) {
        const Verdict verdict = judge(url, signed_body, url, received_body);
        BOOST_CHECK_EQUAL(verdict.code, 1);
        BOOST_CHECK_MESSAGE(verdict.says(words), verdict.text);
    }
    BOOST_CHECK(judge(url, body, url, body, {"--method", "GET"}).says("pass --method POST"));
    BOOST_CHECK(judge(url, body, url, body, {"--content-type", "application/json"}).says("signed as a form"));
}

BOOST_AUTO_TEST_CASE(one_fault_of_the_url_and_one_of_the_body_are_found_together)
{
    const Verdict verdict = judge("https://a.example/x", "A=x", "http://a.example/x", "A=x+");
    BOOST_CHECK(verdict.says("signed with https://"));
    BOOST_CHECK(verdict.says("without the blanks around them"));
}

BOOST_AUTO_TEST_CASE(what_fits_nothing_says_what_to_check_and_never_the_token)
{
    const Verdict verdict =
        run({"--url", url, "--token", token, "--signature", "AAAAAAAAAAAAAAAAAAAAAAAAAAA=", "--body", body});
    BOOST_CHECK_EQUAL(verdict.code, 1);
    BOOST_CHECK(verdict.says("  " + url + "\n  https://sms.example.com:443/"));
    BOOST_CHECK(verdict.says("Nothing similar fits either"));
    BOOST_CHECK(!verdict.says(token));

    const Verdict short_one = run({"--url", url, "--token", token, "--signature", "abc"});
    BOOST_CHECK_EQUAL(short_one.code, 1);
    BOOST_CHECK(short_one.says("28 characters of Base64; this one has 3"));
}

BOOST_AUTO_TEST_CASE(bad_usage_is_told_apart_from_a_wrong_signature)
{
    const std::vector<std::vector<std::string>> table{
        {},
        {"--url", url},
        {"--url", url, "--token", token},
        {"--url", url, "--token", "", "--signature", "x"},
        {"--url", url, "--token", ",", "--signature", "x"},
        {"--url", "sms.example.com/x", "--token", token, "--signature", "x"},
        {"--url", url, "--token", token, "--signature", "x", "--method", "PUT"},
        {"--url", url, "--token", token, "--signature", "x", "--content-type", "text/plain"},
        {"--url", url, "--token", token, "--signature", "x", "--colour", "blue"},
        {"--url", url, "--token", token, "--signature", "x", "more"},
    };
    for (const auto& arguments : table) {
        const Verdict verdict = run(arguments);
        BOOST_CHECK_MESSAGE(verdict.code == 2, verdict.text);
        BOOST_CHECK(verdict.says("--url"));
    }
    BOOST_CHECK_EQUAL(run({"--help"}).code, 0);
}

BOOST_AUTO_TEST_SUITE_END()
