#include "tests/support/service.hpp"
#include "tests/support/tested_build.hpp"

#include <boost/json.hpp>
#include <boost/test/unit_test.hpp>

#include <fstream>
#include <iterator>

using namespace waybill;
using test::CampaignUpload;
using test::json_of;
using test::lapsed_customers;
using test::RawReply;
using test::Service;
using test::TestDatabase;

namespace json = boost::json;

namespace
{

json::array template_cases()
{
    std::ifstream file(test::source_path("tests/vectors/templates.json"));
    const std::string text(std::istreambuf_iterator<char>(file), {});
    return json::parse(text).as_array();
}

// The row of the case, and behind it one that is always fine.
std::string list_of(const json::value& row)
{
    const std::string name(row.at("customer_name").as_string()), dish(row.at("dish").as_string());
    return "customer_name,phone_number,last_order_date,dish\n" + name + ",2125550101,2020-01-31," + dish +
           "\nBob,2125550102,2020-01-31,lasagne\n";
}

struct Fixture
{
    TestDatabase database;
    Service service{database};

    std::vector<std::string> bodies() const { return database.column("select body from messages order by id"); }
    std::int64_t campaigns() const { return database.number("select count(*) from campaigns"); }
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(message_text, Fixture)

BOOST_AUTO_TEST_CASE(every_template_is_written_or_refused_as_its_case_says)
{
    for (const json::value& one : template_cases()) {
        const std::string text(one.at("template").as_string()), then(one.at("then").as_string());
        if (then == "row-error") continue; // a matter of the list
        CampaignUpload upload;
        upload.with("message", text).with("name", text).file(list_of(one.at("row")));
        const RawReply preview = service.preview(upload), reply = service.create(upload);
        BOOST_TEST_CONTEXT(text << ": " << reply.body)
        {
            BOOST_TEST(preview.status == reply.status);
            BOOST_TEST(reply.status == (then == "refused" ? 422 : 200));
            const std::string first = database.value("select coalesce((select body from messages where recipient = "
                                                     "'+12125550101' order by id desc limit 1), '')");
            if (then == "warned")
                BOOST_TEST(json_of(preview).at("preview").at("warnings").as_array().size() == 1U);
            else if (then != "refused")
                BOOST_TEST(first == then);
        }
    }
}

BOOST_AUTO_TEST_CASE(a_refusal_quotes_the_brace_and_stores_nothing)
{
    const RawReply reply =
        service.create(CampaignUpload().with("message", "Hi {{customer_name}}!").file(lapsed_customers(1)));
    BOOST_TEST(reply.status == 422);
    const json::value expected{
        {{"loc", {"body", "message"}},
         {"msg", "\"{{customer_name}}\" is not a placeholder: write {customer_name} with single braces"},
         {"type", "value_error"}}};
    BOOST_TEST(json_of(reply).at("detail") == expected, reply.body);
    BOOST_TEST(campaigns() == 0);
}

BOOST_AUTO_TEST_CASE(line_breaks_of_browsers_cost_one_character)
{
    const std::string text = std::string(79, 'x') + "\r\n" + std::string(80, 'y');
    const CampaignUpload upload =
        CampaignUpload().with("message", text).with("offer", "20%\r\noff").file(lapsed_customers(1));
    const json::object preview = service.previewed(upload);
    BOOST_TEST(preview.at("characterCount").as_int64() == 160);
    BOOST_TEST(preview.at("segments").as_int64() == 1);
    BOOST_TEST(service.created(upload).at("segments").as_int64() == 1);
    CampaignUpload with_offer = upload;
    service.created(with_offer.with("message", "{offer}\r{restaurant_name}"));
    BOOST_TEST(bodies().at(1) == "20%\noff\nLuigi's");
    const RawReply single =
        service.ask(test::json_request("/api/messages", {{"to", "+15550100000"}, {"body", "a\r\nb\rc"}}));
    BOOST_TEST(single.status == 201);
    BOOST_TEST(bodies().at(2) == "a\nb\nc");
}

BOOST_AUTO_TEST_CASE(plain_characters_replace_look_alikes_in_text_and_offer)
{
    CampaignUpload upload;
    upload.with("message", "Don\u2019t miss it \u2013 {offer}\u2026").with("offer", "\u201C20\u00A0%\u201D");
    upload.file(lapsed_customers(1));
    BOOST_TEST(service.previewed(upload).at("encoding").as_string() == "UCS-2");
    upload.with("plainCharacters", "true");
    BOOST_TEST(service.previewed(upload).at("encoding").as_string() == "GSM-7");
    service.created(upload);
    BOOST_TEST(bodies().at(0) == "Don't miss it - \"20 %\"...");
    BOOST_TEST(service.create(upload.with("plainCharacters", "perhaps")).status == 422);
}

BOOST_AUTO_TEST_CASE(values_of_the_list_are_cleaned_like_the_text)
{
    const std::string list = "customer_name,phone_number,last_order_date,dish\n"
                             "O\u2019Connor,2125550101,2020-01-31,\"fish\r\nchips\"\n";
    CampaignUpload upload;
    upload.with("message", "{customer_name}: {dish}").with("plainCharacters", "true").file(list);
    BOOST_TEST(service.previewed(upload).at("sampleMessage").as_string() == "O'Connor: fish\nchips");
    service.created(upload);
    service.created(upload.with("plainCharacters", "false"));
    BOOST_TEST(bodies().at(0) == "O'Connor: fish\nchips");
    BOOST_TEST(bodies().at(1) == "O\u2019Connor: fish\nchips");
}

BOOST_AUTO_TEST_SUITE_END()
