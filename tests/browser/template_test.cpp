#include "tests/browser/dashboard.hpp"
#include "tests/support/tested_build.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <boost/test/unit_test.hpp>

#include <fstream>
#include <iterator>

using namespace waybill::test;
namespace json = boost::json;

namespace
{

json::array template_cases()
{
    std::ifstream file(source_path("tests/vectors/templates.json"));
    const std::string text(std::istreambuf_iterator<char>(file), {});
    return json::parse(text).as_array();
}

// What the dashboard makes of a template and a row, in the words of the cases.
constexpr std::string_view judge = R"js(
    const {strayBraces, unknownPlaceholders, emptyValues, bracketedNames, render, withLineFeeds} = window.template;
    const [template, row] = arguments, columns = Object.keys(row);
    if (strayBraces(template).length > 0 || unknownPlaceholders(template, columns).length > 0) return "refused";
    if (emptyValues(template, row).length > 0) return "row-error";
    if (bracketedNames(template, columns).length > 0) return "warned";
    return render(withLineFeeds(template), {offer: "20% off", ...row});
)js";

} // namespace

BOOST_AUTO_TEST_SUITE(templates_in_the_dashboard)

BOOST_AUTO_TEST_CASE(the_dashboard_writes_and_refuses_the_same_templates_as_the_server)
{
    Dashboard dashboard;
    Browser& browser = dashboard.browser;
    browser.run("import('/assets/text/template.js').then((module) => { window.template = module; });");
    browser.wait_until_page("the module is loaded", "window.template !== undefined");
    for (const json::value& one : template_cases()) {
        const json::value result = browser.run(judge, {one.at("template"), one.at("row")});
        BOOST_TEST(result.as_string() == one.at("then").as_string(), json::serialize(one));
    }
}

BOOST_AUTO_TEST_SUITE_END()
