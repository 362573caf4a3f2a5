#include "tests/browser/dashboard.hpp"
#include "tests/support/http_requests.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <fstream>
#include <iterator>

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

} // namespace

BOOST_AUTO_TEST_SUITE(report)

BOOST_AUTO_TEST_CASE(a_campaign_prints_on_one_page_with_the_figures_of_the_api)
{
    Dashboard dashboard;
    Browser& browser = dashboard.browser;
    std::string list = lapsed_customers(12);
    for (const char* code : {"30003", "30005", "30006", "30007"})
        list += std::string("Far,+120255") + code + ",2020-01-31\n";
    const std::string id = dashboard.make_campaign(list);
    dashboard.waybill.wait_until_final(id);
    dashboard.go_to("/campaigns/" + id);
    browser.wait_until_page("the charts are drawn",
                            "document.querySelectorAll('.chart:not([hidden]) canvas').length === 2");
    browser.wait_for_text(".errors", "30007");
    const auto figures = dashboard.waybill.status(id).at("metrics").as_object();
    const std::string delivered = std::to_string(figures.at("delivered").as_int64());
    for (const bool is_letter : {false, true}) {
        const std::string text = text_of(browser.print(is_letter));
        BOOST_TEST(pages_of(text) == 1);
        for (const std::string& part :
             {std::string("Autumn menu"), delivered + " of 16 messages", std::string("30007"), std::string("$0.12"),
              std::string("The message"), std::string("We miss you at Luigi"), std::string("Replies")})
            BOOST_TEST(text.find(part) != std::string::npos, part << " is missing in:\n" << text);
        BOOST_TEST(text.find("Cancel campaign") == std::string::npos);
    }
}

BOOST_AUTO_TEST_SUITE_END()
