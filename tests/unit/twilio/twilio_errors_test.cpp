#include "server/twilio/errors.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <functional>
#include <vector>

using namespace waybill::twilio;

BOOST_AUTO_TEST_SUITE(twilio_errors)

BOOST_AUTO_TEST_CASE(every_code_that_messages_can_meet_is_known)
{
    const std::vector<int> codes = {
        20001, 20003, 20005, 20008, 20403, 20404, 20429, 20500, 20503, 21211, 21212, 21214, 21217, 21219, 21265,
        21408, 21601, 21602, 21603, 21604, 21606, 21608, 21609, 21610, 21611, 21612, 21614, 21616, 21617, 21618,
        21619, 21620, 21621, 21622, 21623, 21624, 21635, 21659, 21660, 21661, 21701, 21703, 21704, 21705, 14107,
        30001, 30002, 30003, 30004, 30005, 30006, 30007, 30008, 30010, 30011, 30017, 30018, 30019, 30020, 30021,
        30022, 30023, 30024, 30025, 30026, 30027, 30032, 30033, 30034, 30035, 30036, 30038, 30044, 30045, 30410,
        30450, 30500, 30610, 30640, 35111, 35114, 35115, 35117, 35125, 63001, 63003, 63005, 63007, 63013, 63014,
        63016, 63017, 63018, 63024, 63032, 63038, 57012, 90007, 11200, 11205, 12100, 12200, 15003};
    for (const int code : codes)
        BOOST_TEST(describe_error(code).code == code);
}

BOOST_AUTO_TEST_CASE(the_table_is_in_order_without_repeats_and_reads_well)
{
    const auto errors = all_errors();
    BOOST_TEST((std::ranges::adjacent_find(errors, std::greater_equal(), &ErrorInfo::code) == errors.end()));
    for (const auto& error : errors) {
        BOOST_TEST(!error.meaning.empty());
        BOOST_TEST(!error.meaning.ends_with('.'), error.code);
        BOOST_TEST(error.advice.ends_with('.'), error.code);
    }
}

BOOST_AUTO_TEST_CASE(the_words_that_users_look_up_come_first)
{
    BOOST_TEST(explain_error(30007).starts_with("Message blocked by carrier. "));
    for (const int code : {10001, 20005, 30002, 90010})
        BOOST_TEST(explain_error(code).starts_with("Insufficient funds"));
}

BOOST_AUTO_TEST_CASE(the_class_says_what_to_do)
{
    BOOST_CHECK(describe_error(20429).error_class == ErrorClass::retry);
    BOOST_CHECK(describe_error(21611).error_class == ErrorClass::retry);
    BOOST_CHECK(describe_error(21610).error_class == ErrorClass::permanent);
    BOOST_CHECK(describe_error(20003).error_class == ErrorClass::account);
    BOOST_CHECK(describe_error(30007).error_class == ErrorClass::content);
}

BOOST_AUTO_TEST_CASE(what_concerns_a_recipient_or_a_text_stops_nobody_else)
{
    for (const auto& error : all_errors())
        if (error.error_class == ErrorClass::permanent || error.error_class == ErrorClass::content)
            BOOST_CHECK_MESSAGE(error.pauses == Pauses::nothing, error.code);
    BOOST_CHECK(describe_error(20003).pauses == Pauses::account);
    BOOST_CHECK(describe_error(30034).pauses == Pauses::sender);
    BOOST_CHECK(describe_error(21408).pauses == Pauses::nothing);
    BOOST_CHECK(describe_error(21999).pauses == Pauses::nothing);
}

BOOST_AUTO_TEST_CASE(unknown_codes_get_a_general_entry)
{
    const auto& refusal = describe_error(21999);
    const auto& failure = describe_error(30999);
    BOOST_CHECK(refusal.error_class == ErrorClass::permanent);
    BOOST_CHECK(failure.error_class == ErrorClass::permanent);
    BOOST_TEST(refusal.meaning != failure.meaning);
    BOOST_TEST(!explain_error(0).empty());
    BOOST_TEST(!explain_error(-1).empty());
}

BOOST_AUTO_TEST_CASE(errors_are_counted_by_code_and_those_without_a_description_together)
{
    ErrorCounts counts;
    BOOST_TEST(counts.seen().empty());
    for (const int code : {30003, 21610, 30003, 99999, -1})
        counts.add(code);
    const auto seen = counts.seen();
    BOOST_REQUIRE(seen.size() == 3U);
    BOOST_TEST(seen[0].code == 0);
    BOOST_TEST(seen[0].times == 2U);
    BOOST_TEST(seen[1].code == 21610);
    BOOST_TEST(seen[2].code == 30003);
    BOOST_TEST(seen[2].times == 2U);
}

BOOST_AUTO_TEST_SUITE_END()
