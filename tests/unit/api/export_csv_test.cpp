#include "server/api/campaigns/export_csv.hpp"

#include <boost/test/unit_test.hpp>

using namespace waybill;
using namespace waybill::api;

namespace
{

constexpr const char* bom = "\xEF\xBB\xBF";

db::Campaign autumn_menu()
{
    db::Campaign campaign;
    campaign.name = "Autumn menu";
    campaign.offer = "20% off, today";
    campaign.offer_code = "SAVE20";
    campaign.price_per_segment = 75;
    campaign.reference = "order, 7";
    campaign.metadata_json = R"({"shop":1})";
    return campaign;
}

std::string rejected(const std::vector<db::ExportedRejection>& rows)
{
    RejectedCsv writer;
    std::string csv;
    for (const db::ExportedRejection& row : rows)
        writer.append(csv, row);
    return csv;
}

} // namespace

BOOST_AUTO_TEST_SUITE(export_csv)

BOOST_AUTO_TEST_CASE(a_message_is_one_line_with_the_meaning_of_its_error)
{
    db::ExportedMessage message;
    message.id = (std::int64_t(1'774'958'400) << 30) + 7;
    message.row = "3";
    message.recipient = "+15551234567";
    message.customer_name = "=cmd()";
    message.status = "undelivered";
    message.sid = "SM1";
    message.error_code = 30003;
    message.body = "Hi, Ann!";
    message.reference = "order-8";
    message.metadata_json = R"({"table":2})";
    message.segments = 2;
    message.created_at = db::Time(std::chrono::seconds(1'774'958'400));
    message.accepted_at = message.created_at + std::chrono::milliseconds(1999);
    std::string csv;
    MessagesCsv(autumn_menu()).append(csv, message);
    const std::string begin = "3,'=cmd(),+15551234567,undelivered,30003,";
    const std::string end = ",2,0.0150,2026-03-31T12:00:00Z,,2026-03-31T12:00:01Z,,,,SM1," +
                            std::to_string(message.id) + ",\"Hi, Ann!\",Autumn menu,\"20% off, today\",SAVE20" +
                            R"(,"order, 7","{""shop"":1}",order-8,"{""table"":2}")" + "\r\n";
    BOOST_TEST(csv.starts_with(begin), csv);
    BOOST_TEST(csv.ends_with(end), csv);
    BOOST_TEST(csv.size() > begin.size() + end.size() + 20, csv);
}

BOOST_AUTO_TEST_CASE(a_message_that_was_not_sent_costs_nothing_and_has_no_error)
{
    db::ExportedMessage message;
    message.row = "1";
    message.segments = 2;
    message.status = "pending";
    std::string csv;
    MessagesCsv(autumn_menu()).append(csv, message);
    BOOST_TEST(csv == "1,,,pending,,,2,0.0000,1970-01-01T00:00:00Z,,,,,,,0,,Autumn menu,\"20% off, today\",SAVE20," +
                          std::string(R"("order, 7","{""shop"":1}",,)") + "\r\n");
}

BOOST_AUTO_TEST_CASE(rejected_rows_keep_their_columns_and_tell_the_reason_behind_them)
{
    const std::string csv =
        rejected({{"Invalid phone number format", R"({"Note":"=1","phone_number":"12","last_order_date":"a, b"})"},
                  {"Opted out", R"({"Note":"","phone_number":"+15551234567","last_order_date":"2020-01-31"})"}});
    BOOST_TEST(csv == std::string(bom) + "Note,phone_number,last_order_date,reason\r\n"
                                         "'=1,12,\"a, b\",Invalid phone number format\r\n"
                                         ",+15551234567,2020-01-31,Opted out\r\n");
}

BOOST_AUTO_TEST_CASE(the_reason_of_an_earlier_round_is_replaced)
{
    BOOST_TEST(rejected({{"Opted out", R"({"a":"1","reason":"Duplicate of row 1"})"}}) ==
               std::string(bom) + "a,reason\r\n1,Opted out\r\n");
}

BOOST_AUTO_TEST_CASE(a_column_of_the_upload_that_is_called_reason_stays)
{
    const std::string once = rejected({{"Opted out", R"({"Reason":"VIP","b":"1"})"}});
    BOOST_TEST(once == std::string(bom) + "Reason,b,rejection_reason\r\nVIP,1,Opted out\r\n");
    BOOST_TEST(rejected({{"Bad", R"({"Reason":"VIP","b":"1","rejection_reason":"Opted out"})"}}) ==
               std::string(bom) + "Reason,b,rejection_reason\r\nVIP,1,Bad\r\n");
}

BOOST_AUTO_TEST_CASE(without_a_row_there_is_the_header_that_an_upload_needs)
{
    BOOST_TEST(RejectedCsv::header_of_none() ==
               std::string(bom) + "customer_name,phone_number,last_order_date,reason\r\n");
}

BOOST_AUTO_TEST_SUITE_END()
