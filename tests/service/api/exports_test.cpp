#include "tests/support/credentials.hpp"
#include "tests/support/polling.hpp"
#include "tests/support/serve_process.hpp"
#include "tests/support/service.hpp"
#include "tests/support/tested_build.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <memory>
#include <sstream>

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

constexpr std::string_view bom = "\xEF\xBB\xBF";

std::string created_id(Service& service, const std::string& file)
{
    return std::string(service.created(CampaignUpload().file(file)).at("campaignId").as_string());
}

// A campaign of many messages in every state, past the upload.
void fill(const TestDatabase& database, int messages)
{
    database.exec(R"(
        insert into campaigns (public_id, name, restaurant_name, offer, offer_code, message_template, lapsed_after_days,
                               sender, simulated, price_per_segment, status, completed_at, sample_body, valid_rows,
                               rejected_rows, duplicate_rows, opted_out_rows, total, total_segments)
        values ('sms_1_large0', 'n', 'r', 'o', 'c', 'm', 30, '', false, 75, 'completed', now(), '', 0, 0, 0, 0, 0, 0);
        insert into campaign_counters (campaign_id) select id from campaigns;
        insert into messages (campaign_id, row_number, recipient, customer_name, body, segments, status, error_code, sid,
                              claimed_at, accepted_at, sent_at, completed_at)
        select c.id, n, '+1' || 2000000000 + n, case n % 3 when 0 then 'Lee, "Bob"' when 1 then '=1+1' else 'Ana' end,
               'Hi', 1 + n % 2, case n % 2 when 0 then 'delivered' else 'undelivered' end::message_status,
               case n % 2 when 1 then 30003 end, 'SM' || md5(n::text), now(), now(), now(), now() + interval '1.9 s'
          from campaigns c, generate_series(1, )" +
                  std::to_string(messages) + ") as n order by n");
}

// The columns that have no commas of their own, as the database has them.
constexpr const char* rows_as_csv = R"(
    select row_number || ',' || case customer_name when '=1+1' then '''=1+1' when 'Ana' then 'Ana' else '"Lee, ""Bob"""' end
           || ',' || recipient || ',' || status || ',' || coalesce(error_code::text, '')
      from messages order by id)";

std::vector<std::string> lines_of(const std::string& csv)
{
    std::vector<std::string> lines;
    std::istringstream text(csv);
    for (std::string line; std::getline(text, line);)
        lines.push_back(line.substr(0, line.size() - 1));
    return lines;
}

} // namespace

BOOST_AUTO_TEST_SUITE(exports)

BOOST_AUTO_TEST_CASE(the_messages_of_a_campaign_come_as_a_csv_with_every_row_of_the_database)
{
    constexpr int messages = 12'345; // pages, and a part of one
    TestDatabase database;
    Service service(database);
    fill(database, messages);
    const RawReply reply = service.get("/api/campaigns/sms_1_large0/messages.csv");
    BOOST_TEST(reply.status == 200);
    BOOST_TEST(reply.field("Content-Type") == "text/csv; charset=utf-8");
    BOOST_TEST(reply.field("Content-Disposition") == "attachment; filename=\"sms_1_large0-messages.csv\"");
    BOOST_TEST(reply.field("Cache-Control") == "no-store");
    const std::vector<std::string> lines = lines_of(reply.body);
    const std::vector<std::string> rows = database.column(rows_as_csv);
    const std::vector<std::string> ids = database.column("select id from messages order by id");
    BOOST_REQUIRE_EQUAL(lines.size(), messages + 1U);
    BOOST_TEST(
        lines[0].starts_with(std::string(bom) + "row,customer_name,phone_number,status,error_code,error_meaning,"));
    for (std::size_t row = 0; row < rows.size(); ++row) {
        BOOST_REQUIRE_MESSAGE(lines[row + 1].starts_with(rows[row]), lines[row + 1]);
        BOOST_REQUIRE_MESSAGE(lines[row + 1].find("," + ids[row] + ",") != std::string::npos, lines[row + 1]);
    }
}

BOOST_AUTO_TEST_CASE(an_export_tells_the_figures_of_the_messages_route)
{
    TestDatabase database;
    Service service(database);
    const std::string id = created_id(service, lapsed_customers(2));
    service.wait_until_final(id);
    const json::object message = service.messages(id).at(1);
    const auto text = [&](const char* name) { return std::string(message.at(name).as_string()); };
    const std::string line = lines_of(service.get("/api/campaigns/" + id + "/messages.csv").body).at(2);
    BOOST_TEST(line.starts_with("2,Customer 1,+15550100001,delivered,,,1,0.0075," + text("createdAt") + "," +
                                text("claimedAt") + "," + text("acceptedAt") + "," + text("sentAt") + "," +
                                text("completedAt") + ",," + text("sid") + "," + text("id") + ","),
               line);
}

BOOST_AUTO_TEST_CASE(the_messages_come_as_a_workbook_whose_times_are_those_of_a_zone)
{
    TestDatabase database;
    Service service(database);
    fill(database, 3);
    database.exec("update messages set accepted_at = '2026-01-31 12:00:00Z'");
    const std::string target = "/api/campaigns/sms_1_large0/messages.xlsx";
    const RawReply reply = service.get(target + "?timeZone=America/New_York");
    BOOST_TEST(reply.status == 200);
    BOOST_TEST(reply.field("Content-Disposition") == "attachment; filename=\"sms_1_large0-messages.xlsx\"");
    const RawReply read = service.preview(
        CampaignUpload()
            .with("columns", R"({"name": "customer_name", "phone": "phone_number", "lastOrderDate": "accepted_at"})")
            .file(reply.body, "messages.xlsx"));
    BOOST_TEST(read.body.find("2026-01-31 07:00:00") != std::string::npos, read.body);
    BOOST_TEST(read.body.find('"' + database.value("select min(id) from messages") + '"') != std::string::npos);
    BOOST_TEST(service.get(target + "?timeZone=Mars").status == 422);
}

BOOST_AUTO_TEST_CASE(rejected_rows_can_be_mended_and_uploaded_again)
{
    TestDatabase database;
    Service service(database);
    const std::string id = created_id(
        service, "Note,customer_name,phone_number,last_order_date\nvip,John,+15550100000,2020-01-31\n"
                 "\"a, b\",=Ann(),12,2020-01-31\n,Zoë,+1555CALL,2020-01-31\n@x,Max,+15550100000,2020-01-31\n");
    const RawReply reply = service.get("/api/campaigns/" + id + "/rejected-rows.csv");
    BOOST_TEST(reply.status == 200);
    BOOST_TEST(reply.field("Content-Disposition") == "attachment; filename=\"" + id + "-rejected-rows.csv\"");
    BOOST_TEST(reply.body == std::string(bom) + "Note,customer_name,phone_number,last_order_date,reason\r\n"
                                                "\"a, b\",'=Ann(),12,2020-01-31,Invalid phone number format\r\n"
                                                ",Zoë,'+1555CALL,2020-01-31,Invalid phone number format\r\n"
                                                "'@x,Max,+15550100000,2020-01-31,Duplicate of row 1\r\n");
    const json::object again =
        service.previewed(CampaignUpload().file(reply.body).with("message", "{note} {customer_name}"));
    BOOST_TEST(again.at("targetCustomers").as_int64() == 1);
    BOOST_TEST(again.at("sampleMessage").as_string() == "@x Max");
    BOOST_TEST(again.at("csvErrors").at(0).at("data").at("customer_name").as_string() == "=Ann()");
    BOOST_TEST(again.at("csvErrors").at(1).at("data").at("phone_number").as_string() == "+1555CALL");

    const std::string second = created_id(service, reply.body);
    const RawReply round = service.get("/api/campaigns/" + second + "/rejected-rows.csv");
    BOOST_TEST(lines_of(round.body).at(0) ==
               std::string(bom) + "Note,customer_name,phone_number,last_order_date,reason");
    BOOST_TEST(lines_of(round.body).size() == 3U);
}

BOOST_AUTO_TEST_CASE(a_campaign_without_rejected_rows_has_a_header_alone)
{
    TestDatabase database;
    Service service(database);
    const std::string target = "/api/campaigns/" + created_id(service, lapsed_customers(1)) + "/rejected-rows.csv";
    const RawReply reply = service.get(target);
    BOOST_TEST(reply.body == std::string(bom) + "customer_name,phone_number,last_order_date,reason\r\n");
    test::RawHttp client(service.port());
    client.send(test::get_request(target, "HEAD"));
    BOOST_TEST(client.receive(false).status == 200);
    BOOST_TEST(client.ask(test::get_request(target)).body == reply.body);
}

BOOST_AUTO_TEST_CASE(an_unknown_campaign_has_no_exports)
{
    TestDatabase database;
    Service service(database);
    for (const char* name : {"messages.csv", "rejected-rows.csv"}) {
        const RawReply reply = service.get(std::string("/api/campaigns/sms_1_nobody/") + name);
        BOOST_TEST(reply.status == 404);
        BOOST_TEST(json_of(reply).at("error").as_string() == "Campaign not found");
    }
}

BOOST_AUTO_TEST_CASE(a_principal_has_a_few_exports_at_a_time_and_keeps_no_other_out)
{
    TestDatabase database;
    std::vector<std::string> requests; // of four principals
    for (const char* name : {"ana", "ben", "eva", "tom"})
        requests.push_back(test::with_token(test::get_request("/api/campaigns/sms_1_large0/messages.csv"),
                                            test::add_key_named(database, name, "admin")));
    Service service(database);
    fill(database, 100'000); // more than the system's buffers hold
    test::wait_until("requests are let in", [&] { return service.ask(requests[3]).status == 200; });
    {
        std::vector<std::unique_ptr<test::RawHttp>> slow;
        for (std::size_t i = 0; i < 12; ++i) {
            slow.push_back(std::make_unique<test::RawHttp>(service.port(), 4096));
            slow.back()->send(requests[i / 4]);
            BOOST_TEST(slow.back()->receive_head().status == 200);
            if (i != 3 && i != 7) continue;
            const RawReply refused = service.ask(requests[i / 4]);
            BOOST_TEST(refused.status == 429);
            BOOST_TEST(!refused.field("Retry-After").empty());
        }
        const RawReply refused = service.ask(requests[3]);
        BOOST_TEST(refused.status == 503);
        BOOST_TEST(!refused.field("Retry-After").empty());
    }
    test::wait_until("the exports have ended", [&] { return service.ask(requests[0]).status == 200; });
}

BOOST_AUTO_TEST_CASE(an_export_of_any_size_takes_little_memory)
{
    TestDatabase database;
    test::RunningSimulator twilio;
    test::ServeProcess waybill(database, twilio);
    waybill.start();
    fill(database, 300'000);
    const RawReply reply = waybill.get("/api/campaigns/sms_1_large0/messages.csv");
    BOOST_TEST(reply.status == 200);
    BOOST_TEST(std::ranges::count(reply.body, '\n') == 300'001);
    BOOST_TEST((test::waybill_is_sanitized() || waybill.peak_memory() < (60 << 20)));
}

BOOST_AUTO_TEST_SUITE_END()
