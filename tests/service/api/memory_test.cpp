#include "tests/support/serve_process.hpp"
#include "tests/support/tested_build.hpp"

#include <boost/test/unit_test.hpp>

using namespace waybill;
using test::CampaignUpload;
using test::RunningSimulator;
using test::ServeProcess;
using test::TestDatabase;

namespace
{

constexpr std::int64_t megabyte = 1 << 20;

std::string many_customers(int count)
{
    std::string csv = "customer_name,phone_number,last_order_date\n";
    for (int i = 0; i < count; ++i)
        csv += "Customer " + std::to_string(i) + ",+1" + std::to_string(2'120'000'000 + i) + ",2020-01-31\n";
    return csv;
}

std::string after_header(std::string rest)
{
    return "customer_name,phone_number,last_order_date\n" + std::move(rest);
}

} // namespace

BOOST_AUTO_TEST_SUITE(memory)

BOOST_AUTO_TEST_CASE(uploads_take_little_memory_whatever_their_size_and_shape)
{
    TestDatabase database;
    RunningSimulator twilio;
    ServeProcess waybill(database, twilio);
    waybill.start();
    const auto preview = [&](std::string csv) { return waybill.preview(CampaignUpload().file(std::move(csv))).status; };
    BOOST_TEST(preview(many_customers(300'000)) == 200);
    const std::int64_t size = (test::waybill_is_sanitized() ? 10 : 40) * megabyte; // instrumented, it is far slower
    BOOST_TEST(preview(after_header(std::string(size, 'x'))) == 400);
    BOOST_TEST(preview(after_header('"' + std::string(size, '\n'))) == 400);
    BOOST_TEST(preview(after_header(std::string(size, ','))) == 400);
    BOOST_TEST(preview(std::string(size, ',')) == 400);
    BOOST_TEST(waybill.preview(CampaignUpload().with("message", std::string(40 * megabyte, 'x'))).status == 413);
    BOOST_TEST((test::waybill_is_sanitized() || waybill.peak_memory() < 60 * megabyte));
}

BOOST_AUTO_TEST_SUITE_END()
