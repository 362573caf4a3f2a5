#include "webhooks/signature.hpp"

#include "tests/support/tested_build.hpp"

#include <boost/json.hpp>
#include <boost/test/unit_test.hpp>

#include <fstream>
#include <iterator>
#include <stdexcept>
#include <string>

using namespace waybill::webhooks;
namespace json = boost::json;

namespace
{

constexpr std::string_view token = "0123456789abcdef0123456789abcdef";
constexpr std::string_view url = "https://sms.example.com/webhooks/twilio/status/17";

json::array read_vectors()
{
    std::ifstream file(waybill::test::source_path("tests/vectors/signatures.json"));
    const std::string text(std::istreambuf_iterator<char>(file), {});
    return json::parse(text).as_array();
}

std::string text_of(const json::object& vector, std::string_view name)
{
    const json::value* value = vector.if_contains(name);
    return value ? json::value_to<std::string>(*value) : std::string();
}

std::vector<SigningKey> keys_of(const json::object& vector)
{
    std::vector<SigningKey> keys;
    const json::value& tokens = vector.at("token");
    if (tokens.is_string())
        keys.emplace_back(text_of(vector, "token"));
    else
        for (const json::value& each : tokens.as_array())
            keys.emplace_back(json::value_to<std::string>(each));
    return keys;
}

bool is_accepted(const json::object& vector)
{
    const std::string body = text_of(vector, "body");
    const std::string received_url = text_of(vector, "url");
    const std::string signature = text_of(vector, "signature");
    const auto form = parse_form(text_of(vector, "form_body"));
    SignedRequest request{.url = received_url, .signature = signature};
    if (vector.contains("body")) {
        request.type = BodyType::json;
        request.raw_body = body;
    }
    else if (text_of(vector, "method") == "POST") {
        request.form = &form.value();
    }
    return verify(keys_of(vector), request).has_value();
}

std::vector<SigningKey> one_key()
{
    std::vector<SigningKey> keys;
    keys.emplace_back(token);
    return keys;
}

} // namespace

BOOST_AUTO_TEST_SUITE(signature)

BOOST_AUTO_TEST_CASE(every_vector_is_judged_as_twilio_judges_it)
{
    const json::array vectors = read_vectors();
    BOOST_CHECK_EQUAL(vectors.size(), 64);
    for (const json::value& each : vectors) {
        const json::object& vector = each.as_object();
        const bool accepted = is_accepted(vector);
        if (text_of(vector, "tier") == "compat") continue;
        BOOST_CHECK_MESSAGE(accepted == vector.at("valid").as_bool(), text_of(vector, "name"));
    }
}

BOOST_AUTO_TEST_CASE(the_form_bodies_of_the_vectors_decode_to_their_parameters)
{
    for (const json::value& each : read_vectors()) {
        const json::object& vector = each.as_object();
        if (!vector.contains("form_body")) continue;
        const auto parameters = json::value_to<std::vector<std::pair<std::string, std::string>>>(vector.at("params"));
        BOOST_CHECK_MESSAGE(parse_form(text_of(vector, "form_body"))->parameters == parameters,
                            text_of(vector, "name"));
    }
}

BOOST_AUTO_TEST_CASE(the_key_that_fits_is_named)
{
    const Form form = *parse_form("MessageSid=SM1&MessageStatus=sent");
    std::vector<SigningKey> keys;
    keys.emplace_back("next");
    keys.emplace_back(token);
    const std::string signature = keys[1].sign(url, form);
    BOOST_CHECK(verify(keys, {.url = url, .signature = signature, .form = &form}) == 1u);
    BOOST_CHECK(!verify(std::span(keys).first(1), {.url = url, .signature = signature, .form = &form}));
    BOOST_CHECK(!verify({}, {.url = url, .signature = signature, .form = &form}));
}

BOOST_AUTO_TEST_CASE(every_changed_character_of_a_signature_is_noticed)
{
    const Form form = *parse_form("MessageSid=SM1");
    const auto keys = one_key();
    const std::string right = keys[0].sign(url, form);
    BOOST_REQUIRE(verify(keys, {.url = url, .signature = right, .form = &form}));
    for (std::size_t index = 0; index < right.size(); ++index) {
        std::string wrong = right;
        wrong[index] = wrong[index] == 'A' ? 'B' : 'A';
        BOOST_CHECK(!verify(keys, {.url = url, .signature = wrong, .form = &form}));
    }
    for (const std::string& wrong : {std::string(), right.substr(1), right + "=", right + std::string(1, '\0')})
        BOOST_CHECK(!verify(keys, {.url = url, .signature = wrong, .form = &form}));
}

BOOST_AUTO_TEST_CASE(a_url_is_tried_as_given_and_with_or_without_its_port)
{
    using Candidates = std::vector<std::string>;
    const std::vector<std::pair<std::string, Candidates>> table{
        {"https://a.example/x?y=1", {"https://a.example/x?y=1", "https://a.example:443/x?y=1"}},
        {"http://a.example", {"http://a.example", "http://a.example:80"}},
        {"https://a.example:8443/x", {"https://a.example:8443/x", "https://a.example/x"}},
        {"https://a.example:443?b=:1", {"https://a.example:443?b=:1", "https://a.example?b=:1"}},
        {"http://[2001:db8::1]/x", {"http://[2001:db8::1]/x", "http://[2001:db8::1]:80/x"}},
        {"http://[2001:db8::1]:8080/x", {"http://[2001:db8::1]:8080/x", "http://[2001:db8::1]/x"}},
        {"https://user:pass@a.example/x@y#rc=2", {"https://a.example/x@y", "https://a.example:443/x@y"}},
        {"https://a.example/?z=http://b:1/",
         {"https://a.example/?z=http://b:1/", "https://a.example:443/?z=http://b:1/"}},
    };
    for (const auto& [given, candidates] : table)
        BOOST_CHECK_MESSAGE(url_candidates(given) == candidates, given);
}

BOOST_AUTO_TEST_CASE(userinfo_and_fragment_are_dropped_before_signing)
{
    const auto keys = one_key();
    BOOST_CHECK_EQUAL(keys[0].sign("https://u:p@a.example:8443/x?y=1#rc=5&rp=all", {}),
                      keys[0].sign("https://a.example:8443/x?y=1", {}));
}

BOOST_AUTO_TEST_CASE(a_json_body_needs_a_right_signature_and_the_right_hash)
{
    const auto keys = one_key();
    const std::string hashed_url = // of `{}`
        "https://a.example/j?bodySHA256=44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a&k=v";
    const auto is_right = [&](std::string_view received, std::string_view body) {
        const std::string signature = keys[0].sign(received, {});
        return verify(keys, {.url = received, .signature = signature, .type = BodyType::json, .raw_body = body});
    };
    BOOST_CHECK(is_right(hashed_url, "{}"));
    BOOST_CHECK(!is_right(hashed_url, "{ }"));
    BOOST_CHECK(!is_right("https://a.example/j", "{}"));
    BOOST_CHECK(!is_right("https://a.example/j?bodySHA256", ""));
    BOOST_CHECK(!is_right("https://a.example/j?bodySHA256=0&" + hashed_url.substr(20), "{}"));
    BOOST_CHECK(!verify(
        keys,
        {.url = hashed_url, .signature = "AAAAAAAAAAAAAAAAAAAAAAAAAAA=", .type = BodyType::json, .raw_body = "{}"}));
}

BOOST_AUTO_TEST_CASE(an_empty_token_signs_nothing)
{
    BOOST_CHECK_THROW(SigningKey(""), std::invalid_argument);
}

BOOST_AUTO_TEST_SUITE_END()
