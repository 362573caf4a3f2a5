#include "server/text/segments.hpp"

#include "tests/support/tested_build.hpp"

#include <boost/json.hpp>
#include <boost/test/unit_test.hpp>

#include <fstream>
#include <iterator>
#include <numeric>
#include <string>

using namespace waybill::text;
namespace json = boost::json;

namespace
{

json::array read_vectors()
{
    std::ifstream file(waybill::test::source_path("tests/vectors/segments.json"));
    const std::string text(std::istreambuf_iterator<char>(file), {});
    return json::parse(text).as_array();
}

std::string repeated(std::string_view text, int times)
{
    std::string result;
    for (int i = 0; i < times; ++i)
        result += text;
    return result;
}

using Parts = std::vector<std::size_t>;

} // namespace

BOOST_AUTO_TEST_SUITE(segments)

BOOST_AUTO_TEST_CASE(every_vector_is_cut_as_it_says)
{
    const json::array vectors = read_vectors();
    BOOST_TEST(vectors.size() >= 24);
    for (const json::value& vector : vectors) {
        BOOST_TEST_CONTEXT(vector.at("name").as_string().c_str())
        {
            const Segmentation result = segment(vector.at("text").as_string());
            BOOST_TEST(name_of(result.encoding) == std::string_view(vector.at("encoding").as_string()));
            BOOST_TEST(result.units == vector.at("units").to_number<std::size_t>());
            BOOST_TEST(result.segments == vector.at("segments").to_number<std::size_t>());
            BOOST_TEST(result.part_units == json::value_to<Parts>(vector.at("part_units")),
                       boost::test_tools::per_element());
        }
    }
}

BOOST_AUTO_TEST_CASE(utf16_units_are_counted_whatever_the_encoding)
{
    BOOST_TEST(segment("").utf16_units == 0);
    BOOST_TEST(segment("€{}").utf16_units == 3);
    BOOST_TEST(segment("€{}").units == 6);
    BOOST_TEST(segment("😀é").utf16_units == 3);
}

BOOST_AUTO_TEST_CASE(tab_and_back_tick_are_not_in_gsm7)
{
    for (std::string_view text : {"\t", "`", "ç", "á", "’", "–", "\u00A0", "\u007F", "\u001B"})
        BOOST_TEST(name_of(segment(text).encoding) == "UCS-2", text);
    for (std::string_view text : {"@", "Ç", "ñ", "\r\n", "Ω", "|"})
        BOOST_TEST(name_of(segment(text).encoding) == "GSM-7", text);
}

BOOST_AUTO_TEST_CASE(a_family_of_joined_emoji_is_not_cut_at_the_border)
{
    const std::string family = "👨‍👩‍👧‍👦"; // 11 units
    const Segmentation result = segment(std::string(60, 'a') + family + std::string(60, 'b'));
    BOOST_TEST(result.units == 131);
    BOOST_TEST(result.part_units == (Parts{60, 67, 4}), boost::test_tools::per_element());
}

// 66 letters leave one unit in the first segment; the piece must go to the second as a whole.
BOOST_AUTO_TEST_CASE(clusters_move_to_the_next_segment_as_a_whole)
{
    const std::pair<std::string_view, std::size_t> pieces[] = {
        {"e\u0301", 2},            // combining mark
        {"☕\uFE0F", 2},            // variation selector
        {"1\uFE0F\u20E3", 3},      // keycap
        {"👍🏽", 4},           // modifier
        {"🇩🇪", 4},                 // flag
        {"👩‍🚀", 5},        // ZWJ sequence
        {"❤\uFE0F‍🔥", 5},   // the same with a selector
        {"\u1112\u1161\u11AB", 3}, // Hangul by letters
        {"\uAC00\u11A8", 2},       // Hangul, open syllable and final
        {"क\u094D", 2},            // Devanagari virama
        {"ก\u0E33", 2},            // Thai AM
        {"🏴\U000E0067\U000E0062\U000E007F", 8},
    };
    for (const auto& [piece, units] : pieces) {
        const Segmentation result = segment(std::string(66, 'a') + std::string(piece) + std::string(20, 'b'));
        BOOST_TEST(result.part_units == (Parts{66, units + 20}), boost::test_tools::per_element());
    }
}

BOOST_AUTO_TEST_CASE(neighbours_that_belong_apart_are_cut)
{
    const std::pair<std::string_view, Parts> pieces[] = {
        {"你好", {67, 21}},
        {"\r\n", {67, 21}},
        {"\u200Da", {67, 21}},      // a joiner takes no letter along
        {"\uAC01\u1161", {67, 21}}, // a closed syllable takes no vowel
    };
    for (const auto& [piece, parts] : pieces) {
        const std::string text = "你" + std::string(65, 'a') + std::string(piece) + std::string(20, 'b');
        BOOST_TEST(segment(text).part_units == parts, boost::test_tools::per_element());
    }
    // Three flags in a row: each pair stays whole, pairs are cut from each other.
    BOOST_TEST(segment(std::string(61, 'a') + "🇩🇪🇫🇷🇮🇹").part_units == (Parts{65, 8}), boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(a_cluster_longer_than_a_segment_is_cut_inside)
{
    const Segmentation result = segment("e" + repeated("\u0301", 200));
    BOOST_TEST(result.part_units == (Parts{67, 67, 67}), boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(parts_always_add_up_and_keep_their_limit)
{
    const std::string_view pieces[] = {"a",       "€",  "[", "é", "ç", "😀", "👨‍👩‍👧‍👦",
                                       "e\u0301", "🇩🇪", "\n"};
    unsigned seed = 1;
    for (int round = 0; round < 500; ++round) {
        std::string text;
        const int kinds = round % 2 == 0 ? 4 : 10; // GSM-7 only, or all
        for (int i = 0; i < round; ++i) {
            seed = seed * 1103515245 + 12345;
            text += pieces[(seed >> 16) % kinds];
        }
        const Segmentation result = segment(text);
        BOOST_TEST(std::accumulate(result.part_units.begin(), result.part_units.end(), 0U) == result.units);
        BOOST_TEST(result.part_units.size() == result.segments);
        const std::size_t alone = result.encoding == Encoding::gsm7 ? 160 : 70;
        const std::size_t concatenated = result.encoding == Encoding::gsm7 ? 153 : 67;
        BOOST_TEST((result.segments == 1) == (result.units <= alone));
        for (std::size_t units : result.part_units)
            BOOST_TEST(units <= (result.segments == 1 ? alone : concatenated));
    }
}

BOOST_AUTO_TEST_CASE(bytes_that_are_not_utf8_do_no_harm)
{
    for (std::string_view text : {"\xFF", "\xE2\x82", "\xC3(", "\xF0\x9F\x98", "\x80\x80\x80"})
        BOOST_TEST(segment(text).segments == 1);
    BOOST_TEST(segment(std::string(1000, '\x80')).segments >= 1);
}

BOOST_AUTO_TEST_SUITE_END()
