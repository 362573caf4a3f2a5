#include "server/app/supervisor.hpp"

#include "tests/support/directory.hpp"
#include "tests/support/postgres.hpp"
#include "tests/support/running_simulator.hpp"
#include "tests/support/serve_process.hpp"

#include <boost/asio/buffer.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/local/datagram_protocol.hpp>
#include <boost/asio/post.hpp>
#include <boost/test/unit_test.hpp>

#include <csignal>
#include <poll.h>

namespace asio = boost::asio;
using namespace waybill;
using namespace std::chrono_literals;

namespace
{

// What systemd listens on.
class NotifySocket
{
public:
    NotifySocket() : socket_(io_, asio::local::datagram_protocol::endpoint(path())) {}

    std::string path() const { return (directory_.path() / "notify").string(); }

    // The next report; empty: none came in that time.
    std::string next(std::chrono::milliseconds patience = 20s)
    {
        pollfd waiting{socket_.native_handle(), POLLIN, 0};
        if (::poll(&waiting, 1, static_cast<int>(patience.count())) <= 0) return {};
        std::string report(4096, '\0');
        report.resize(socket_.receive(asio::buffer(report)));
        return report;
    }

    // Everything before the first report that begins like this, which is the last of them.
    std::vector<std::string> until(std::string_view beginning)
    {
        std::vector<std::string> reports;
        do
            reports.push_back(next());
        while (!reports.back().empty() && !reports.back().starts_with(beginning));
        return reports;
    }

private:
    test::TestDirectory directory_;
    asio::io_context io_;
    asio::local::datagram_protocol::socket socket_;
};

} // namespace

BOOST_AUTO_TEST_SUITE(supervisor)

BOOST_AUTO_TEST_CASE(systemd_learns_when_waybill_listens_when_it_ends_and_that_it_lives_meanwhile)
{
    test::TestDatabase database;
    test::RunningSimulator twilio;
    NotifySocket systemd;
    test::ServeProcess waybill(
        database, twilio, {{"NOTIFY_SOCKET", systemd.path()}, {"WATCHDOG_USEC", "150000"}, {"DRAIN_SECONDS", "1"}});
    waybill.begin();
    BOOST_TEST(systemd.next() == "READY=1\nSTATUS=Listening on " + waybill.origin());
    for (int beat = 0; beat < 5; ++beat)
        BOOST_TEST(systemd.next() == "WATCHDOG=1");

    waybill.signal(SIGTERM);
    BOOST_TEST(systemd.until("STOPPING=1").back() ==
               "STOPPING=1\nSTATUS=Finishing what is in flight\nEXTEND_TIMEOUT_USEC=61000000");
    BOOST_TEST(systemd.next() == "WATCHDOG=1"); // systemd expects it until the process has ended
    BOOST_TEST(waybill.wait() == 0);
}

BOOST_AUTO_TEST_CASE(the_heartbeat_stops_while_the_event_loop_hangs_and_ends_with_stop)
{
    NotifySocket systemd;
    asio::io_context io;
    Supervisor supervisor(io.get_executor(), {systemd.path(), 60ms});
    supervisor.ready("http://127.0.0.1:8000");
    const auto hang_then_stop = [&] {
        systemd.until("WATCHDOG=1");
        BOOST_TEST(systemd.next(300ms) == "");
        supervisor.stop();
    };
    asio::post(io, hang_then_stop);
    io.run(); // returns because no heartbeat is left
    BOOST_TEST(systemd.next(0ms) == "");
}

BOOST_AUTO_TEST_CASE(without_a_watchdog_there_is_no_heartbeat_and_without_systemd_no_report)
{
    NotifySocket systemd;
    asio::io_context io;
    Supervisor unwatched(io.get_executor(), {systemd.path(), 0ms});
    unwatched.ready("http://127.0.0.1:8000");
    Supervisor unsupervised(io.get_executor(), {});
    unsupervised.ready("http://127.0.0.1:8001");
    io.run();
    BOOST_TEST(systemd.next() == "READY=1\nSTATUS=Listening on http://127.0.0.1:8000");
    BOOST_TEST(systemd.next(0ms) == "");
}

BOOST_AUTO_TEST_SUITE_END()
