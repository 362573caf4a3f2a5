#include "server/events/signing.hpp"

#include <boost/test/unit_test.hpp>

#include <string>
#include <vector>

using namespace waybill::events;

BOOST_AUTO_TEST_SUITE(event_signing)

// The example of the specification's libraries.
BOOST_AUTO_TEST_CASE(the_known_example_has_its_known_signature)
{
    const std::vector<std::string> secrets{"whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"};
    BOOST_TEST(signature_of(secrets, "msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, R"({"test": 2432232314})") ==
               "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
}

BOOST_AUTO_TEST_CASE(two_secrets_sign_one_after_the_other)
{
    const std::vector<std::string> both{new_secret(), new_secret()};
    const std::string one = signature_of(std::span(both).first(1), "evt_1_1", 1, "{}");
    const std::string other = signature_of(std::span(both).last(1), "evt_1_1", 1, "{}");
    BOOST_TEST(signature_of(both, "evt_1_1", 1, "{}") == one + " " + other);
    BOOST_TEST(one != other);
}

BOOST_AUTO_TEST_CASE(a_new_secret_is_one_and_never_the_same)
{
    BOOST_TEST(is_secret(new_secret()));
    BOOST_TEST(new_secret() != new_secret());
    for (const char* none :
         {"", "whsec_", "whsec_c2hvcnQ=", "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "whsec_?fKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"})
        BOOST_TEST(!is_secret(none), none);
}

BOOST_AUTO_TEST_SUITE_END()
