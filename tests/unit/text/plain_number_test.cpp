#include "server/text/phone/plain_number.hpp"

#include "server/text/phone/numbering_plan.hpp"

#include <boost/test/unit_test.hpp>

#include <array>
#include <random>
#include <string>

using namespace waybill::text::phone;

namespace
{

// What numbers of a country begin with, as people write them there.
struct Country
{
    std::string code;
    std::vector<std::string> beginnings;
    std::size_t size; // of its mobile numbers, with the trunk prefix
};

const std::array countries{
    Country{"1", {"2", "3", "4", "5", "6", "7", "8", "9", "900", "1", "0"}, 10},
    Country{"31", {"6", "06", "0"}, 10},
    Country{"32", {"4", "04", "046", "47"}, 10},
    Country{"33", {"6", "06", "07", "0"}, 10},
    Country{"34", {"6", "7"}, 9},
    Country{"353", {"8", "08"}, 10},
    Country{"39", {"3", "32", "38", "0"}, 10},
    Country{"41", {"7", "07", "079", "76"}, 10},
    Country{"44", {"7", "07", "074", "0"}, 11},
    Country{"45", {"2", "3", "4", "5", ""}, 8},
    Country{"46", {"7", "07", "070", "76"}, 10},
    Country{"47", {"4", "9", ""}, 8},
    Country{"48", {"5", "6", ""}, 9},
    Country{"49", {"15", "015", "016", "17", "0"}, 12},
    Country{"49", {"017", "17", "0176", "16"}, 11},
    Country{"52", {"5", "", "1"}, 10},
    Country{"55", {"119", "0119", "11"}, 11},
    Country{"61", {"4", "04", "0"}, 10},
    Country{"65", {"8", "9", ""}, 8},
    Country{"91", {"7", "8", "9", "09", ""}, 10},
};

constexpr int numbers_per_country = 5'000; // a hundred thousand in all

class Numbers
{
public:
    DialedNumber next(const Country& country)
    {
        DialedNumber dialed;
        dialed.digits = country.beginnings[random() % country.beginnings.size()];
        std::size_t size = country.size;
        if (const auto chance = random() % 8; chance < 2) size = size - 1 + 2 * chance;
        while (dialed.digits.size() < size)
            dialed.digits += static_cast<char>('0' + random() % 10);
        dialed.international = random() % 4 == 0;
        if (dialed.international || random() % 8 == 0) {
            if (dialed.digits.front() == '0' && country.code != "39") dialed.digits.erase(0, 1);
            dialed.digits.insert(0, country.code);
        }
        return dialed;
    }

private:
    std::mt19937::result_type random() { return random_(); }

    std::mt19937 random_{20261129};
};

} // namespace

BOOST_AUTO_TEST_SUITE(plain_number_test)

BOOST_AUTO_TEST_CASE(the_shortcut_gives_what_the_library_gives_for_a_hundred_thousand_numbers)
{
    Numbers numbers;
    for (const Country& country : countries) {
        int plain_numbers = 0;
        for (int i = 0; i < numbers_per_country; ++i) {
            const DialedNumber dialed = numbers.next(country);
            const auto plain = plain_number(dialed, country.code);
            if (!plain) continue;
            ++plain_numbers;
            const Judgement judged = judge_number(dialed, country.code);
            const std::string expected = judged ? judged->e164 : "refused: " + judged.error().hint;
            if (*plain != expected || judged->charge != Charge::ordinary || judged->country_code != country.code)
                BOOST_ERROR(dialed.digits << " in +" << country.code << ": " << *plain << " is not " << expected);
        }
        BOOST_TEST(plain_numbers > numbers_per_country / 10, "+" << country.code << ": " << plain_numbers);
    }
}

BOOST_AUTO_TEST_CASE(other_countries_and_other_numbers_take_the_long_way)
{
    BOOST_TEST(!plain_number({true, "447911123456"}, "1").has_value());
    BOOST_TEST(!plain_number({false, "9005550123"}, "1").has_value()); // premium rate
    BOOST_TEST(!plain_number({false, "61455501234"}, "1").has_value());
    BOOST_TEST(!plain_number({false, "3121234567"}, "298").has_value());
    BOOST_TEST(!plain_number({true, ""}, "1").has_value());
    BOOST_TEST(!plain_number({false, ""}, "44").has_value());
}

BOOST_AUTO_TEST_SUITE_END()
