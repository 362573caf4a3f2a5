#include "server/sending/sender_types.hpp"

#include <boost/test/unit_test.hpp>

#include <string_view>

using namespace waybill::sending;
BOOST_AUTO_TEST_SUITE(sender_types)

BOOST_AUTO_TEST_CASE(each_type_of_sender_keeps_its_own_pace)
{
    struct Row
    {
        std::string_view sender, name;
        double rate;
    };
    constexpr Row table[] = {{"+12125550100", "long code", 1},
                             {"+14165550100", "long code", 1},
                             {"+18005550100", "toll-free number", 3},
                             {"+18335550100", "toll-free number", 3},
                             {"+18885550100", "toll-free number", 3},
                             {"+18085550100", "long code", 1}, // Hawaii
                             {"+442079460018", "number", 10},
                             {"+390612345678", "number", 10},
                             {"24273", "short code", 100},
                             {"242733", "short code", 100},
                             {"LUIGIS", "sender ID", 10},
                             {"4 Seasons", "sender ID", 10},
                             {"", "Messaging Service", 10}};
    const SenderRates rates;
    for (const Row& row : table) {
        BOOST_TEST(type_of(row.sender).name == row.name, row.sender);
        BOOST_TEST(rates.rate_of(row.sender) == row.rate, row.sender);
    }
}

BOOST_AUTO_TEST_CASE(the_setting_goes_for_every_sender)
{
    const SenderRates rates(0.5);
    BOOST_TEST(rates.rate_of("+12125550100") == 0.5);
    BOOST_TEST(rates.rate_of("24273") == 0.5);
}

BOOST_AUTO_TEST_CASE(simulated_senders_keep_ten_a_second)
{
    BOOST_TEST(SenderRates(std::nullopt, true).rate_of("+15005550006") == 10);
    BOOST_TEST(SenderRates(200, true).rate_of("+15005550006") == 200);
}

BOOST_AUTO_TEST_SUITE_END()
