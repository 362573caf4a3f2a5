#include "server/api/contract/error_codes.hpp"
#include "tests/support/service.hpp"

#include <boost/json/serialize.hpp>
#include <boost/test/unit_test.hpp>

#include <vector>

using namespace std::string_literals;
using namespace waybill;
using test::CampaignUpload;
using test::json_of;
using test::lapsed_customers;
using test::RawHttp;
using test::RawReply;
using test::request_with_body;
using test::Service;
using test::ServiceOptions;
using test::TestDatabase;

namespace json = boost::json;

namespace
{

constexpr const char* create_target = "/api/campaigns/sms";
const std::string header = "customer_name,phone_number,last_order_date\n";
const std::string multipart = "multipart/form-data; boundary=" + std::string(CampaignUpload::boundary);

CampaignUpload good()
{
    return CampaignUpload().file(lapsed_customers(2));
}

// One sentence in `error`; in `detail` the same one, or for 422 what is wrong with which field. Refused lists add more.
void check_error_shape(const RawReply& reply)
{
    BOOST_TEST(reply.field("Content-Type").starts_with("application/json"));
    const json::object body = json_of(reply).as_object();
    BOOST_TEST(body.at("error").as_string().size() > 0U);
    const api::ErrorCode* code = api::find_error_code(std::string_view(body.at("code").as_string()));
    BOOST_TEST((code != nullptr && code->status == reply.status), reply.body);
    if (reply.status != 422) {
        BOOST_TEST(body.at("detail") == body.at("error"));
        return;
    }
    BOOST_TEST(!body.at("detail").as_array().empty());
    for (const json::value& fault : body.at("detail").as_array()) {
        BOOST_TEST(!fault.at("loc").as_array().empty());
        BOOST_TEST(fault.at("msg").as_string().size() > 0U);
        BOOST_TEST(fault.at("type").as_string().size() > 0U);
    }
}

void check_refused(const RawReply& reply, int status, std::string_view part_of_error)
{
    BOOST_TEST_CONTEXT("refused with: " << part_of_error)
    {
        BOOST_TEST(reply.status == status, reply.head + reply.body);
        check_error_shape(reply);
        BOOST_TEST(reply.body.find(part_of_error) != std::string::npos, reply.body);
    }
}

struct BadUpload
{
    CampaignUpload upload;
    int status;
    const char* part_of_error;
};

void check_all_refused(const std::vector<BadUpload>& cases)
{
    TestDatabase database;
    Service service(database);
    for (const auto& [upload, status, part_of_error] : cases)
        check_refused(service.create(upload), status, part_of_error);
    BOOST_TEST(database.number("select count(*) from campaigns") == 0);
    BOOST_TEST(service.create(good()).status == 200);
}

} // namespace

BOOST_AUTO_TEST_SUITE(bad_input)

BOOST_AUTO_TEST_CASE(a_faulty_field_is_named)
{
    check_all_refused({
        {good().without("restaurantName"), 422, "restaurantName: Field required"},
        {good().without("offer"), 422, "offer: Field required"},
        {good().without("offerCode"), 422, "offerCode: Field required"},
        {good().with("offer", " \t "), 422, "offer: Field must not be blank"},
        {CampaignUpload(), 422, "customerList: Field required"},
        {CampaignUpload().file("", ""), 422, "customerList: Field required"},
        {CampaignUpload().with("customerList", lapsed_customers(2)), 422, "customerList: must be a file"},
        {good().with("lapsedAfterDays", "-1"), 422, "lapsedAfterDays: "},
        {good().with("lapsedAfterDays", "30.5"), 422, "lapsedAfterDays: "},
        {good().with("lapsedAfterDays", "99999999999999999999"), 422, "lapsedAfterDays: "},
        {good().with("sendAt", "tomorrow"), 422, "sendAt: "},
        {good().with("sendAt", "2026-02-30T12:00:00Z"), 422, "sendAt: "},
        {good().with("sendAt", "9999-01-01T00:00:00Z"), 422, "sendAt: "},
        {good().with("maxCost", "-5"), 422, "maxCost: "},
        {good().with("maxCost", "0.00001"), 422, "maxCost: "},
        {good().with("maxCost", "cheap"), 422, "maxCost: "},
        {good().with("timeZone", "Europe/Rome"), 422, "quietHours: must be given"},
        {good().with("quietHours", "21-9").with("timeZone", "Europe/Rome"), 422, "quietHours: must be two"},
        {good().with("quietHours", "24:00-09:00").with("timeZone", "Europe/Rome"), 422, "quietHours: must be two"},
        {good().with("quietHours", "21:60-09:00").with("timeZone", "Europe/Rome"), 422, "quietHours: must be two"},
        {good().with("quietHours", "09:00-09:00").with("timeZone", "Europe/Rome"), 422, "quietHours: must be two"},
        {good().with("quietHours", "21:00-09:00").with("timeZone", "Europe/Atlantis"), 422, "timeZone: is not"},
        {good().with("from", "my shop"), 422, "from: "},
        {good().with("message", "Hi {customer_nam}"), 422, "{customer_nam}"},
    });
}

BOOST_AUTO_TEST_CASE(all_faulty_fields_are_named_at_once)
{
    TestDatabase database;
    Service service(database);
    const RawReply reply = service.create(CampaignUpload().without("offer").with("offerCode", "").with("maxCost", "x"));
    check_refused(reply, 422, "offer: Field required");
    const json::value expected{
        {{"loc", {"body", "offer"}}, {"msg", "Field required"}, {"type", "missing"}},
        {{"loc", {"body", "offerCode"}}, {"msg", "Field must not be blank"}, {"type", "string_too_short"}},
        {{"loc", {"body", "maxCost"}},
         {"msg", "must be an amount in USD like 12.50, with up to four places"},
         {"type", "decimal_parsing"}},
        {{"loc", {"body", "customerList"}}, {"msg", "Field required"}, {"type", "missing"}}};
    BOOST_TEST(json_of(reply).at("detail") == expected, reply.body);
}

BOOST_AUTO_TEST_CASE(text_that_cannot_be_kept_is_refused)
{
    check_all_refused({
        {good().with("restaurantName", "Luigi\0s"s), 422, "restaurantName: "},
        {good().with("offer", "caf\xE9"), 422, "offer: "},
        {good().with("message", "Hi\0{customer_name}"s), 422, "message: "},
        {good().with("name", "\xED\xA0\x80"), 422, "name: "},
    });
}

BOOST_AUTO_TEST_CASE(an_unusable_file_is_explained)
{
    constexpr const char* nothing_valid = "No valid customers found in CSV file";
    check_all_refused({
        {CampaignUpload().file(""), 400, "The file is empty"},
        {CampaignUpload().file("\xEF\xBB\xBF"), 400, "The file is empty"},
        {CampaignUpload().file("customer_name,phone\nJohn,2125550101\n"), 400, "last_order_date. The list has: "},
        {CampaignUpload().file("\xFF\xFEh\0e\0l\0l\0o\0"s), 400, "Missing required columns"},
        {CampaignUpload().file("PK\x03\x04\x14\x00\x06\x00 workbook"s), 400, "damaged"},
        {CampaignUpload().file("%PDF-1.7\n"), 400, "This file is not a list: it is a PDF document"},
        {CampaignUpload().file(header), 400, nothing_valid},
        {CampaignUpload().file(header + "John,call me,2020-01-31\n"), 400, nothing_valid},
        {CampaignUpload().file(header + "\"John,2125550101,2020-01-31\n"), 400, nothing_valid},
    });
}

BOOST_AUTO_TEST_CASE(a_monstrous_file_is_refused_with_a_sentence)
{
    std::string wide_row = "John,2125550101,2020-01-31";
    for (int i = 0; i < 1'000'000; ++i)
        wide_row += ",x";
    std::string rows = "\n";
    for (int i = 0; i < 300; ++i)
        rows += "a\n";
    constexpr const char* nothing_valid = "No valid customers found in CSV file";
    check_all_refused({
        {CampaignUpload().file(header + std::string(10 << 20, 'x') + ",2125550101,2020-01-31\n"), 400, nothing_valid},
        {CampaignUpload().file(header + "\"" + std::string(10 << 20, '\n')), 400, nothing_valid},
        {CampaignUpload().file(wide_row + "\n"), 400, "columns in the header line"},
        {CampaignUpload().file("customer_name,phone_number,last_order_date," + std::string(1 << 20, 'x') + rows), 400,
         "The header line is longer than"},
        {good().with("message", std::string(10 << 20, 'x')), 413, "too long"},
    });
}

BOOST_AUTO_TEST_CASE(the_first_fault_of_a_row_is_told_with_its_number_and_data)
{
    TestDatabase database;
    Service service(database);
    const json::object data = service.created(CampaignUpload()
                                                  .with("message", "{customer_name}{note}")
                                                  .file("customer_name,phone_number,last_order_date,note\n"
                                                        ",,yesterday,\n"
                                                        "\n"
                                                        "Bad number,0123456789,yesterday,\n"
                                                        "Bad date,2125550101,31.31.2020,\n"
                                                        "Good,2125550101,2020-01-31,!\n"
                                                        "Twice,+1 (212) 555-0101,2020-01-31,!\n"
                                                        "Long,2125550102,2020-01-31," +
                                                        std::string(1600, 'x') +
                                                        "\n"
                                                        "Many,2125550103,2020-01-31,,b\n"));
    std::vector<std::string> reported;
    for (const json::value& error : data.at("csvErrors").as_array())
        reported.push_back(std::to_string(error.at("row").as_int64()) + " " +
                           std::string(error.at("message").as_string()));
    const std::vector<std::string> expected{"1 Missing required fields: customer_name, phone_number",
                                            "2 Invalid phone number format",
                                            "3 Invalid date format (expected YYYY-MM-DD)",
                                            "5 Duplicate of row 4",
                                            "6 Message too long: 1604 characters (limit 1600)",
                                            "7 Empty value for note"};
    BOOST_TEST(reported == expected, boost::test_tools::per_element());
    BOOST_TEST(data.at("messagesSent").as_int64() == 1);
    BOOST_TEST(data.at("csvErrorCount").as_int64() == 6);
    BOOST_TEST(data.at("duplicates").as_int64() == 1);
}

BOOST_AUTO_TEST_CASE(a_body_that_is_no_form_is_refused)
{
    TestDatabase database;
    Service service(database);
    const std::string body = good().body();
    const auto post = [&](const std::string& content_type, std::string_view bytes) {
        return service.ask(request_with_body(create_target, {{"Content-Type", content_type}}, bytes));
    };
    check_refused(post("multipart/form-data", body), 400, "boundary");
    check_refused(post("multipart/form-data; boundary=another", body), 400, "boundary");
    check_refused(post("multipart/form-data; boundary=\"\"", body), 400, "boundary");
    check_refused(post(multipart, ""), 400, "boundary");
    check_refused(post(multipart, body.substr(0, body.size() - 40)), 400, "closing boundary");
    check_refused(post("application/x-www-form-urlencoded", "offer=1"), 400, "multipart/form-data");
    check_refused(post("application/json", R"({"offer":"20% off"})"), 422, "multipart/form-data");
    check_refused(service.ask(request_with_body(create_target, {}, body)), 400, "multipart/form-data");
    check_refused(service.ask("POST /api/campaigns/sms HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"), 400,
                  "multipart/form-data");

    BOOST_TEST(database.number("select count(*) from campaigns") == 0);
    BOOST_TEST(
        post("Multipart/Form-Data; charset=utf-8; boundary=\"" + std::string(CampaignUpload::boundary) + '"', body)
            .status == 200);
}

BOOST_AUTO_TEST_CASE(an_upload_over_the_limit_is_refused_while_its_sender_still_listens)
{
    TestDatabase database;
    ServiceOptions options;
    options.settings.max_upload_bytes = 100'000;
    Service service(database, options);
    const std::string request = CampaignUpload().file(std::string(3'000'000, 'x')).request(create_target);
    RawHttp connection(service.port());
    connection.try_send(request);
    check_refused(connection.receive(), 413, "larger");
    BOOST_TEST(service.create(good()).status == 200);
}

BOOST_AUTO_TEST_CASE(faulty_queries_are_named)
{
    TestDatabase database;
    Service service(database);
    const std::string messages =
        "/api/campaigns/" + std::string(service.created(good()).at("campaignId").as_string()) + "/messages";
    for (const std::string& target : {"/api/campaigns"s, messages}) {
        check_refused(service.get(target + "?limit=0"), 422, "limit");
        check_refused(service.get(target + "?limit=1001"), 422, "limit");
        check_refused(service.get(target + "?limit=many"), 422, "limit");
        check_refused(service.get(target + "?cursor=-1"), 422, "cursor");
        check_refused(service.get(target + "?cursor=99999999999999999999"), 422, "cursor");
    }
    check_refused(service.get(messages + "?status=lost"), 422, "status");
}

BOOST_AUTO_TEST_CASE(what_is_not_there_is_told_as_json)
{
    TestDatabase database;
    Service service(database);
    check_refused(service.get("/nothing"), 404, "nothing at this path");
    check_refused(service.get("/api/campaigns/sms/status/"), 404, "nothing at this path");
    check_refused(service.get("/api/campaigns/%00"), 404, "nothing at this path");
    const RawReply put = service.ask(test::get_request(create_target, "PUT"));
    check_refused(put, 405, "does not accept PUT");
    BOOST_TEST(put.field("Allow") == "GET, HEAD, OPTIONS, PATCH, POST");
    const RawReply removal = service.ask(test::get_request("/api/campaigns", "DELETE"));
    check_refused(removal, 405, "does not accept DELETE");
    BOOST_TEST(removal.field("Allow") == "GET, HEAD, OPTIONS, POST");
}

BOOST_AUTO_TEST_CASE(browsers_of_the_allowed_origin_may_read_errors_too)
{
    TestDatabase database;
    ServiceOptions options;
    options.settings.cors_allow_origins = {"https://app.example.com"};
    Service service(database, options);
    const std::string preflight =
        test::with_header(test::get_request("/api/campaigns/sms", "OPTIONS"), "Access-Control-Request-Method", "POST");
    const std::string origin = "https://app.example.com";
    BOOST_TEST(service.ask(test::with_header(preflight, "Origin", origin)).status == 204);
    for (const std::string& request :
         {preflight, test::get_request("/nothing"), CampaignUpload().request("/api/campaigns/sms"),
          good().request("/api/campaigns/sms"), test::get_request("/api/campaigns/none")})
        BOOST_TEST(service.ask(test::with_header(request, "Origin", origin)).field("Access-Control-Allow-Origin") ==
                   origin);
}

BOOST_AUTO_TEST_SUITE_END()
