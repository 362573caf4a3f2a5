#include "tests/fault/due_receipts.hpp"
#include "tests/support/http_requests.hpp"
#include "tests/support/polling.hpp"
#include "tests/support/running_simulator.hpp"
#include "tests/support/serve_process.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <thread>
#include <vector>

using namespace waybill;
using namespace waybill::test;

namespace
{

constexpr int flooding_connections = 4;
constexpr int requests_at_once = 32; // on each connection, before a reply is read
constexpr int good_receipts = 200;

// Connections that post receipts with wrong signatures as fast as they are refused.
class Flood
{
public:
    Flood(const ServiceClient& waybill, const std::vector<db::MessageId>& messages)
    {
        std::string requests;
        for (int i = 0; i < requests_at_once; ++i)
            requests +=
                signed_request("https://elsewhere.example.com", {messages[static_cast<std::size_t>(i)], "failed", 1});
        for (int i = 0; i < flooding_connections; ++i)
            threads_.emplace_back([this, &waybill, requests] { work(waybill.port(), requests); });
    }
    ~Flood() { end(); }

    void end()
    {
        ending_ = true;
        for (std::thread& thread : threads_)
            if (thread.joinable()) thread.join();
    }
    std::int64_t refused() const { return refused_; }
    std::int64_t otherwise() const { return otherwise_; } // answered with something else

private:
    void work(std::uint16_t port, const std::string& requests)
    {
        RawHttp connection(port);
        while (!ending_) {
            connection.send(requests);
            for (int i = 0; i < requests_at_once; ++i)
                ++(connection.receive().status == 403 ? refused_ : otherwise_);
        }
    }

    std::atomic<bool> ending_{false};
    std::atomic<std::int64_t> refused_{0}, otherwise_{0};
    std::vector<std::thread> threads_;
};

constexpr std::chrono::seconds twilio_gives_up{15};

// One after the other, each on a connection of its own as Twilio does it; the longest time that one of them took.
std::chrono::duration<double> post_receipts(const ServiceClient& waybill, const std::vector<db::MessageId>& messages,
                                            std::string_view word)
{
    std::chrono::duration<double> longest{0};
    for (int i = 0; i < good_receipts; ++i) {
        const auto begun = std::chrono::steady_clock::now();
        const Receipt receipt{messages[static_cast<std::size_t>(i)], word, 0};
        BOOST_TEST(waybill.ask(signed_request(waybill.origin(), receipt)).status == 204);
        longest = std::max<std::chrono::duration<double>>(longest, std::chrono::steady_clock::now() - begun);
    }
    return longest;
}

} // namespace

BOOST_AUTO_TEST_SUITE(flood)

BOOST_AUTO_TEST_CASE(a_flood_of_wrong_signatures_changes_nothing_and_does_not_starve_the_good_ones)
{
    const TestDatabase database;
    const std::vector<db::MessageId> messages = accepted_messages(database, 1, 2 * good_receipts);
    RunningSimulator twilio; // nothing is sent
    ServeProcess waybill(database, twilio);
    waybill.start();
    const auto in_peace = post_receipts(waybill, messages, "sent");
    Flood flood(waybill, {messages.begin() + good_receipts, messages.end()});
    wait_until("the flood runs", [&] { return flood.refused() > 1'000; });
    const auto in_the_flood = post_receipts(waybill, messages, "delivered");
    flood.end();

    BOOST_TEST_MESSAGE("longest wait: " << in_peace.count() << " s, in a flood of " << flood.refused() << ": "
                                        << in_the_flood.count() << " s");
    BOOST_TEST((in_the_flood < twilio_gives_up));
    BOOST_TEST(flood.otherwise() == 0);
    BOOST_TEST(waybill.metric("waybill_callbacks_total{verdict=\"forbidden\"}") == flood.refused());
    BOOST_TEST(
        database.value("select string_agg(status || ' ' || n, ', ' order by status) from (select status, count(*) as n "
                       "from messages group by status) as each") == "accepted 200, delivered 200");
    BOOST_TEST(database.number("select count(*) from message_history") == 2 * good_receipts);
    BOOST_TEST(database.number("select count(*) from stray_receipts") == 0);
    BOOST_TEST(database.counter_faults() == "");
}

BOOST_AUTO_TEST_SUITE_END()
