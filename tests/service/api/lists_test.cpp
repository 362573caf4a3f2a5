#include "tests/support/service.hpp"
#include "tests/support/tested_build.hpp"
#include "tests/support/xlsx_file.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <fstream>
#include <iterator>
#include <set>

using namespace waybill;
using test::CampaignUpload;
using test::json_of;
using test::RawReply;
using test::Service;
using test::TestDatabase;

namespace json = boost::json;

namespace
{

std::string list_file(const std::string& name)
{
    std::ifstream file(test::source_path("tests/data/" + name), std::ios::binary);
    BOOST_REQUIRE(file);
    return {std::istreambuf_iterator<char>(file), {}};
}

struct Fixture
{
    TestDatabase database;
    Service service{database};
};

CampaignUpload upload_of(const std::string& file)
{
    CampaignUpload upload;
    return upload.file(list_file("lists/" + file), "upload");
}

std::string error_of(const RawReply& reply)
{
    return std::string(json_of(reply).at("error").as_string());
}

} // namespace

BOOST_FIXTURE_TEST_SUITE(lists, Fixture)

BOOST_AUTO_TEST_CASE(lists_are_previewed_and_sent_as_people_export_them)
{
    const json::value cases = json::parse(list_file("lists.json"));
    for (const json::value& each : cases.as_array()) {
        const json::object& expected = each.as_object();
        if (expected.contains("asks") || expected.contains("error")) continue;
        const std::string file(expected.at("file").as_string());
        const json::object preview = service.previewed(upload_of(file));
        BOOST_TEST(preview.at("csvStats").at("totalUploaded") == expected.at("valid"), file);
        BOOST_TEST(preview.at("csvStats").at("errors").as_int64() == 0, file);
        BOOST_TEST(preview.at("list").at("questions").as_array().empty(), file);
        const json::object data = service.created(upload_of(file));
        BOOST_TEST(data.at("messagesSent") == expected.at("valid"), file);
        std::set<std::string> sent, numbers;
        for (const json::object& message : service.messages(std::string(data.at("campaignId").as_string())))
            sent.emplace(message.at("to").as_string());
        for (const json::value& number : expected.at("numbers").as_array())
            numbers.emplace(number.as_string());
        BOOST_TEST((sent == numbers), file);
    }
}

BOOST_AUTO_TEST_CASE(what_was_understood_is_shown)
{
    const json::value list = service.previewed(upload_of("first-and-last-name.csv")).at("list");
    const json::value columns{{"name", {"First Name", "Last Name"}},
                              {"phone", "Phone Number"},
                              {"lastOrderDate", "Last Visit"},
                              {"consent", nullptr}};
    BOOST_TEST(list.at("columns") == columns);
    BOOST_TEST(list.at("format").as_string() == "csv");
    BOOST_TEST(list.at("encoding").as_string() == "UTF-8");
    BOOST_TEST(list.at("delimiter").as_string() == ",");
    BOOST_TEST(list.at("dateOrder").as_string() == "mdy");
    BOOST_TEST(list.at("columnsFound").as_array().size() == 6U);
    BOOST_TEST(list.at("sheet").is_null());
    const json::value workbook = service.previewed(upload_of("guests.xlsx")).at("list");
    BOOST_TEST(workbook.at("format").as_string() == "xlsx");
    BOOST_TEST(workbook.at("sheet").as_string() == "Guests");
    BOOST_TEST(workbook.at("encoding").is_null());
    BOOST_TEST(service.previewed(upload_of("windows-1252.csv")).at("list").at("encoding").as_string() ==
               "Windows-1252");
    BOOST_TEST(service.previewed(upload_of("utf-16.csv")).at("list").at("encoding").as_string() == "UTF-16");
    BOOST_TEST(service.previewed(CampaignUpload()).at("list").is_null());
}

BOOST_AUTO_TEST_CASE(an_open_question_is_asked_and_nothing_is_sent_until_it_is_answered)
{
    const json::value asked = service.previewed(upload_of("ambiguous-dates.csv")).at("list").at("questions");
    BOOST_TEST(asked.at(0).at("about").as_string() == "dateOrder");
    const RawReply refused = service.create(upload_of("ambiguous-dates.csv"));
    BOOST_TEST(refused.status == 422);
    const json::value detail = json_of(refused).at("detail").at(0);
    BOOST_TEST((detail.at("loc") == json::value{"body", "dateOrder"}));
    BOOST_TEST(detail.at("type").as_string() == "question");
    BOOST_TEST((detail.at("choices") == json::value{"mdy", "dmy"}));
    BOOST_TEST(json_of(refused).at("questions") == asked);
    BOOST_TEST(service.twilio().counters().accepted == 0U);
    BOOST_TEST(database.number("select count(*) from campaigns") == 0);
    const json::object data = service.created(upload_of("ambiguous-dates.csv").with("dateOrder", "dmy"));
    BOOST_TEST(data.at("messagesSent").as_int64() == 4);
}

BOOST_AUTO_TEST_CASE(columns_that_only_their_content_shows_are_asked)
{
    const RawReply refused = service.create(upload_of("own-headers.csv"));
    BOOST_TEST(refused.status == 422);
    const json::value body = json_of(refused);
    BOOST_TEST(body.at("questions").as_array().size() == 3U);
    BOOST_TEST((body.at("detail").at(0).at("loc") == json::value{"body", "columns"}));
    const std::string columns = R"({"name": ["Kunde"], "phone": "Handy", "lastOrderDate": "Letzter Besuch"})";
    const json::object data = service.created(upload_of("own-headers.csv").with("columns", columns));
    BOOST_TEST(data.at("messagesSent").as_int64() == 4);
}

BOOST_AUTO_TEST_CASE(a_list_in_which_every_row_fails_says_why)
{
    for (const RawReply& reply :
         {service.preview(upload_of("every-row-bad.csv")), service.create(upload_of("every-row-bad.csv"))}) {
        BOOST_TEST(reply.status == 400);
        BOOST_TEST(error_of(reply) == "No valid customers found in CSV file: Invalid date format (expected YYYY-MM-DD) "
                                      "(4 rows, first in line 2)");
        const json::value body = json_of(reply);
        BOOST_TEST(
            (body.at("reasons") ==
             json::value{{{"reason", "Invalid date format (expected YYYY-MM-DD)"}, {"count", 4}, {"firstLine", 2}}}));
        BOOST_TEST(body.at("csvErrors").as_array().size() == 4U);
        BOOST_TEST(body.at("csvErrors").at(0).at("line").as_int64() == 2);
        BOOST_TEST(!body.at("csvErrors").at(0).at("hint").as_string().empty());
    }
}

BOOST_AUTO_TEST_CASE(a_file_that_is_no_list_is_refused_by_what_it_is)
{
    const RawReply reply = service.create(upload_of("not-a-list.csv"));
    BOOST_TEST(reply.status == 400);
    BOOST_TEST(error_of(reply).starts_with("This file is not a list: it is a picture (PNG)"));
    const RawReply missing = service.create(CampaignUpload().file("Name,When\nAnn,x\n"));
    BOOST_TEST(missing.status == 400);
    BOOST_TEST((json_of(missing).at("missing") == json::value{"phone_number", "last_order_date"}));
    BOOST_TEST((json_of(missing).at("columnsFound") == json::value{"Name", "When"}));
}

BOOST_AUTO_TEST_CASE(a_choice_that_does_not_fit_the_file_is_refused)
{
    for (const auto& [field, value] : {std::pair("columns", "{"),
                                       {"columns", R"({"phone": 7})"},
                                       {"columns", R"({"phone": "Fax"})"},
                                       {"columns", R"({"fax": "Phone"})"},
                                       {"dateOrder", "ydm"},
                                       {"sheet", "Guests"}}) {
        const RawReply reply = service.preview(upload_of("us-dates.csv").with(field, value));
        BOOST_TEST(reply.status == 422, value);
        BOOST_TEST((json_of(reply).at("detail").at(0).at("loc") == json::value{"body", field}), reply.body);
    }
}

BOOST_AUTO_TEST_CASE(all_bad_rows_can_be_downloaded_before_anything_is_sent)
{
    std::string list = "Name,Phone,Last order,Opt in\nAnn,2125550100,2020-01-31,yes\nBob,,2020-01-31,yes\n"
                       "Cid,2125550102,2020-01-31,no\n";
    for (int i = 0; i < 7'000; ++i)
        list += "Dan,12,2020-01-31,yes\n";
    CampaignUpload upload;
    upload.file(list);
    const RawReply reply = service.ask(upload.request("/api/campaigns/sms/preview/rejected-rows.csv"));
    BOOST_TEST(reply.status == 200);
    BOOST_TEST(reply.body.starts_with("\xEF\xBB\xBFName,Phone,Last order,Opt in,reason\r\nBob,,2020-01-31,yes,"));
    BOOST_TEST(reply.body.find("Cid,2125550102,2020-01-31,no,") != std::string::npos);
    BOOST_TEST(std::ranges::count(reply.body, '\n') == 7'003);
    BOOST_TEST(database.number("select count(*) from campaigns") == 0);
    const json::value stats = service.previewed(upload).at("csvStats");
    BOOST_TEST(stats.at("noConsent").as_int64() == 1);
    BOOST_TEST(stats.at("optedOut").as_int64() == 1);
}

BOOST_AUTO_TEST_CASE(of_rejected_rows_with_long_fields_little_is_stored_and_shown)
{
    std::string list = "customer_name,phone_number,last_order_date\nAna,2125550101,2020-01-31\n";
    for (int i = 0; i < 150; ++i)
        list += "\"" + std::string(65'000, 'x') + "\",nowhere,2020-01-31\n";
    const RawReply reply = service.create(CampaignUpload().file(list));
    BOOST_TEST(reply.status == 200);
    BOOST_TEST(reply.body.size() < 300'000U);
    const json::object data = json_of(reply).at("data").as_object();
    BOOST_TEST(data.at("messagesSent").as_int64() == 1);
    BOOST_TEST(data.at("csvErrorCount").as_int64() == 150);
    BOOST_TEST(data.at("csvErrors").as_array().size() <= 100U);
    BOOST_TEST(database.number("select max(octet_length(data::text)) from rejected_rows") <= 4'200);
}

BOOST_AUTO_TEST_SUITE_END()
