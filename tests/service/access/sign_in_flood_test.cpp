#include "tests/support/credentials.hpp"
#include "tests/support/service.hpp"

#include <boost/test/unit_test.hpp>

#include <atomic>
#include <thread>
#include <vector>

using namespace waybill;
using std::chrono::steady_clock;

namespace
{

constexpr int connections = 20, attempts_each = 500;

struct Counts
{
    std::atomic<int> wrong = 0, refused = 0, others = 0, running = connections;
};

// Sends them all and reads the replies, each of another account.
void attempt_many(std::uint16_t port, int connection, Counts& counts)
{
    test::RawHttp http(port, 0, std::chrono::seconds(60));
    for (int number = 0; number < attempts_each; ++number) {
        const std::string email = "user" + std::to_string(connection * attempts_each + number) + "@example.com";
        const int status =
            http.ask(test::json_request("/api/auth/login", {{"email", email}, {"password", "wrong horse battery"}}))
                .status;
        ++(status == 401 ? counts.wrong : status == 429 ? counts.refused : counts.others);
    }
    --counts.running;
}

} // namespace

BOOST_AUTO_TEST_SUITE(access_sign_in_flood)

BOOST_AUTO_TEST_CASE(ten_thousand_attempts_leave_the_event_loop_responsive)
{
    test::TestDatabase database;
    test::add_user(database, "ana@example.com", "operator");
    test::Service service(database);
    Counts counts;
    std::vector<std::jthread> flood;
    const auto begin = steady_clock::now();
    for (int connection = 0; connection < connections; ++connection)
        flood.emplace_back([&, connection] { attempt_many(service.port(), connection, counts); });
    steady_clock::duration slowest{};
    while (counts.running > 0) {
        const auto asked = steady_clock::now();
        BOOST_REQUIRE(service.get("/healthz").status == 200);
        slowest = std::max(slowest, steady_clock::now() - asked);
    }
    flood.clear();
    BOOST_TEST_MESSAGE("10,000 attempts took " << (steady_clock::now() - begin) / std::chrono::milliseconds(1)
                                               << " ms; the slowest probe " << slowest / std::chrono::milliseconds(1)
                                               << " ms");
    BOOST_TEST((slowest < std::chrono::seconds(1)));
    BOOST_TEST(counts.others == 0);
    BOOST_TEST(counts.wrong < 200);
    BOOST_TEST(counts.refused > 9'800);
}

BOOST_AUTO_TEST_SUITE_END()
