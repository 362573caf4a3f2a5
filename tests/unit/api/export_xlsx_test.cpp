#include "server/api/campaigns/export_xlsx.hpp"

#include "server/recipients/xlsx/rows.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <cstring>

using namespace waybill;
using namespace waybill::api;

namespace
{

std::string file_of(MessagesXlsx& workbook)
{
    workbook.finish();
    std::string file;
    for (std::string piece = workbook.read(); !piece.empty(); piece = workbook.read())
        file += piece;
    return file;
}

recipients::ListFile in_memory(const std::string& file)
{
    return {[&file](std::uint64_t offset, char* to, std::size_t size) {
                const std::size_t count = std::min<std::size_t>(size, file.size() - std::min(offset, file.size()));
                std::memcpy(to, file.data() + offset, count);
                return count;
            },
            file.size()};
}

db::ExportedMessage message_in_row(std::string_view row)
{
    db::ExportedMessage message;
    message.id = (std::int64_t(1'774'958'400) << 30) + 7;
    message.row = row;
    message.recipient = "+15551234567";
    message.customer_name = "Zo\u00eb <O'Connor>";
    message.status = "delivered";
    message.body = "=1+1";
    message.segments = 2;
    message.created_at = db::Time(std::chrono::seconds(1'774'958'400));
    message.accepted_at = message.created_at;
    return message;
}

std::vector<std::string> second_line(const std::shared_ptr<recipients::XlsxWorkbook>& workbook, std::size_t sheet)
{
    recipients::XlsxRecords records(workbook, workbook->sheets().at(sheet).part);
    BOOST_REQUIRE(records.next());
    BOOST_REQUIRE(records.next());
    return {records.fields().begin(), records.fields().end()};
}

} // namespace

BOOST_AUTO_TEST_SUITE(export_xlsx)

BOOST_AUTO_TEST_CASE(ids_are_text_times_are_dates_and_a_full_sheet_is_followed_by_another)
{
    db::Campaign campaign;
    campaign.name = "Autumn menu";
    campaign.offer = "20% off";
    campaign.offer_code = "SAVE20";
    campaign.price_per_segment = 75;
    MessagesXlsx messages(campaign, 1);
    messages.append(message_in_row("1"));
    messages.append(message_in_row("2"));
    const std::string file = file_of(messages);
    const auto workbook = std::make_shared<recipients::XlsxWorkbook>(in_memory(file));
    BOOST_REQUIRE(workbook->sheets().size() == 2U);
    const std::vector<std::string> expected = {"2",
                                               "Zo\u00eb <O'Connor>",
                                               "+15551234567",
                                               "delivered",
                                               "",
                                               "",
                                               "2",
                                               "0.015",
                                               "2026-03-31 12:00:00",
                                               "",
                                               "2026-03-31 12:00:00",
                                               "",
                                               "",
                                               "",
                                               "",
                                               std::to_string(message_in_row("2").id),
                                               "=1+1",
                                               "Autumn menu",
                                               "20% off",
                                               "SAVE20"};
    BOOST_TEST(second_line(workbook, 1) == expected, boost::test_tools::per_element());
    BOOST_TEST(second_line(workbook, 0).front() == "1");
}

BOOST_AUTO_TEST_SUITE_END()
