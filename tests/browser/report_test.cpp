#include "tests/browser/dashboard.hpp"
#include "tests/support/http_requests.hpp"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <fstream>
#include <iterator>
#include <regex>

using namespace waybill::test;

namespace
{

std::string content_of(const std::filesystem::path& path)
{
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
}

std::string text_of(const std::filesystem::path& pdf)
{
    std::filesystem::path text = pdf;
    text.replace_extension(".txt");
    ChildProcess program({"/usr/bin/pdftotext", "-layout", pdf.string(), text.string()}, {}, pdf.parent_path());
    BOOST_REQUIRE(program.wait() == 0);
    return content_of(text);
}

std::ptrdiff_t pages_of(const std::string& text)
{
    return std::ranges::count(text, '\f'); // pdftotext ends each page with it
}

// The last figure of the line that has those words; empty without such a line.
std::string figure_beside(const std::string& text, const std::string& words)
{
    const std::size_t at = text.find(words);
    if (at == std::string::npos) return "";
    const std::string line = text.substr(at, text.find('\n', at) - at);
    const std::size_t end = line.find_last_not_of(' ');
    return line.substr(line.find_last_of(' ', end) + 1, end - line.find_last_of(' ', end));
}

bool has_beside(const std::string& text, const std::string& words, const std::string& figure)
{
    return std::regex_search(text, std::regex(words + " +" + figure + "( |\n)"));
}

void expect(const std::string& text, const std::string& part)
{
    BOOST_TEST(text.find(part) != std::string::npos, part << " is missing in:\n" << text);
}

// 212 who can be reached, and two to five whom four errors of the carriers keep from it.
std::string list_with_errors()
{
    std::string list = lapsed_customers(212);
    int number = 2;
    for (const char* code : {"30003", "30005", "30006", "30007"}) {
        for (int n = 0; n < number; ++n)
            list += "Far,+12025" + std::to_string(n) + code + ",2020-01-31\n";
        ++number;
    }
    return list;
}

// "1.6950" -> "$1.70"
std::string rounded(std::string four_places)
{
    four_places.erase(four_places.find('.'), 1);
    std::string cents = std::to_string((std::stoll(four_places) + 50) / 100);
    cents.insert(0, cents.size() < 3 ? 3 - cents.size() : 0, '0');
    return "$" + cents.insert(cents.size() - 2, ".");
}

void compare(const std::string& text, const boost::json::object& status)
{
    const boost::json::object& figures = status.at("metrics").as_object();
    const auto figure = [&](const char* name) { return std::to_string(figures.at(name).as_int64()); };
    expect(text, figure("delivered") + " of " + figure("total") + " messages");
    for (const auto& [words, name] : {std::pair{"Lapsed: to be texted", "total"},
                                      {"Accepted by Twilio", "accepted"},
                                      {"Delivered", "delivered"},
                                      {"Undelivered", "undelivered"}})
        BOOST_TEST(has_beside(text, words, figure(name)), name);
    expect(text, figure("segments") + " segments");
    for (const boost::json::value& error : figures.at("errors").as_array())
        BOOST_TEST(figure_beside(text, std::to_string(error.at("code").as_int64())) ==
                   std::to_string(error.at("count").as_int64()));
    expect(text, rounded(std::string(figures.at("totalCost").as_string())));
    for (const char* words : {"Autumn menu", "Luigi's", "code SAVE20", "SIMULATED", "The message", "Replies",
                              "Delivery reports over time", "How long delivery takes", "From row to reply"})
        expect(text, words);
}

} // namespace

BOOST_AUTO_TEST_SUITE(report)

BOOST_AUTO_TEST_CASE(a_campaign_prints_on_one_page_with_the_figures_of_the_api)
{
    Dashboard dashboard(400);
    Browser& browser = dashboard.browser;
    const std::string id = dashboard.make_campaign(list_with_errors());
    dashboard.waybill.wait_until_final(id);
    dashboard.go_to("/campaigns/" + id);
    browser.wait_until_page("the charts are drawn",
                            "document.querySelectorAll('.chart:not([hidden]) canvas').length === 2");
    browser.wait_for_text(".errors", "30007");
    const boost::json::object status = dashboard.waybill.status(id);
    for (const bool is_letter : {false, true}) {
        const std::string text = text_of(browser.print(is_letter));
        BOOST_TEST(pages_of(text) == 1);
        compare(text, status);
        BOOST_TEST(text.find("Cancel campaign") == std::string::npos);
    }
}

BOOST_AUTO_TEST_SUITE_END()
