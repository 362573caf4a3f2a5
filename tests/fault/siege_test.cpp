#include "tests/fault/siege.hpp"

#include "tests/fault/due_receipts.hpp"
#include "tests/support/credentials.hpp"
#include "tests/support/polling.hpp"
#include "tests/support/running_simulator.hpp"
#include "tests/support/serve_process.hpp"

#include <boost/test/unit_test.hpp>

#include <cstdlib>
#include <fstream>
#include <iostream>
#include <sys/resource.h>

using namespace waybill;
using namespace waybill::test;

namespace
{

// As many as the system allows: for this program and the server that it starts.
void allow_all_descriptors()
{
    rlimit limit{};
    BOOST_REQUIRE(::getrlimit(RLIMIT_NOFILE, &limit) == 0);
    limit.rlim_cur = limit.rlim_max;
    BOOST_REQUIRE(::setrlimit(RLIMIT_NOFILE, &limit) == 0);
}

// tests/bench/siege names the file.
void report(const char* name, const TwilioTraffic& traffic)
{
    std::cerr << "receipts " << name << ": p50 " << traffic.percentile(0.5) << " ms, p99 " << traffic.percentile(0.99)
              << " ms, " << traffic.repeated << " repeated" << std::endl;
    const char* file = std::getenv("WAYBILL_SIEGE_REPORT");
    if (file == nullptr) return;
    std::ofstream(file, std::ios::app) << name << '|' << traffic.receipts << '|' << traffic.stops << '|'
                                       << traffic.repeated << '|' << traffic.percentile(0.5) << '|'
                                       << traffic.percentile(0.99) << '\n';
}

void check(const TwilioTraffic& traffic)
{
    BOOST_TEST(traffic.receipts > 0U);
    BOOST_TEST(traffic.acknowledged == traffic.receipts);
    BOOST_TEST(traffic.stops > 0U);
    BOOST_TEST(traffic.stored == traffic.stops);
}

struct Keys
{
    std::string besieger, another; // empty: requests are local ones
};

void besiege(const TestDatabase& database, const Keys& keys)
{
    allow_all_descriptors();
    const SiegeSize size = siege_size();
    const int receipts = size.seconds * size.receipts_per_second;
    const std::vector<db::MessageId> messages = accepted_messages(database, 1, 2 * receipts);
    database.exec("insert into opt_outs (phone_number, source) select '+1' || 2000000000 + n, 'operator' "
                  "from generate_series(1, " +
                  std::to_string(size.opt_outs) + ") as n");
    RunningSimulator twilio; // nothing is sent
    ServeProcess waybill(database, twilio);
    waybill.start();
    const TwilioTraffic in_peace =
        send_as_twilio(waybill, {messages.begin(), messages.begin() + receipts}, size, 1'000'000);
    report("without the siege", in_peace);
    check(in_peace);

    TwilioTraffic besieged;
    {
        const Siege siege(waybill, size, keys.besieger, keys.another);
        wait_until("the siege has begun", [&siege] { return siege.has_begun(); });
        besieged = send_as_twilio(waybill, {messages.begin() + receipts, messages.end()}, size, 2'000'000);
        std::cerr << "the siege: " << siege.requests() << " searches, " << siege.left() << " lists left behind, "
                  << siege.work_done() << " requests of another principal answered, " << siege.work_refused()
                  << " refused" << std::endl;
    }
    report("with it", besieged);
    check(besieged);
    BOOST_TEST(waybill.is_running());
    wait_until("every receipt is stored, those of the journal as well", [&] {
        return database.number("select count(*) from messages where status = 'delivered'") == 2 * receipts;
    });
    BOOST_TEST(database.number("select count(*) from opt_outs where source = 'reply'") ==
               static_cast<std::int64_t>(in_peace.stops + besieged.stops));
    BOOST_TEST(database.counter_faults() == "");
}

} // namespace

BOOST_AUTO_TEST_SUITE(siege)

BOOST_AUTO_TEST_CASE(every_receipt_and_every_stop_is_stored_whatever_is_done_to_the_api)
{
    const TestDatabase database;
    besiege(database, {add_key(database, "admin"), add_key_named(database, "another", "viewer")});
}

BOOST_AUTO_TEST_CASE(the_same_while_each_request_is_looked_at_for_being_local)
{
    const TestDatabase database;
    besiege(database, {});
}

BOOST_AUTO_TEST_SUITE_END()
