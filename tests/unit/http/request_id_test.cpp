#include "server/http/message.hpp"

#include <boost/test/unit_test.hpp>

using namespace waybill::http;

BOOST_AUTO_TEST_SUITE(request_ids)

BOOST_AUTO_TEST_CASE(each_request_gets_an_id_of_its_own_that_may_be_stored)
{
    RequestIds here, elsewhere;
    const std::string first = here.next();
    BOOST_TEST(is_usable_request_id(first));
    BOOST_TEST(here.next() != first);
    BOOST_TEST(elsewhere.next() != first);
}

BOOST_AUTO_TEST_CASE(what_a_client_calls_its_request_is_stored_if_it_is_short_and_plain)
{
    for (const char* usable : {"12345678", "a.B-c_0000", "3f1d4a52-9f4e-4a6e-8f0e-2a1b3c4d5e6f"})
        BOOST_TEST(is_usable_request_id(usable), usable);
    for (const std::string& wrong :
         {std::string(), std::string("1234567"), std::string(65, 'a'), std::string("with space"),
          std::string("line\r\nbreak"), std::string("caf\xc3\xa9 12345")})
        BOOST_TEST(!is_usable_request_id(wrong), wrong);
}

BOOST_AUTO_TEST_SUITE_END()
