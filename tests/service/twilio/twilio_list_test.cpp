#include "server/twilio/client.hpp"
#include "tests/support/coroutine.hpp"
#include "tests/support/running_simulator.hpp"
#include "tests/support/scripted_peer.hpp"

#include <boost/test/unit_test.hpp>

#include <mutex>
#include <set>

using namespace waybill;
using test::PeerConnection;
using test::RunningSimulator;
using test::ScriptedPeer;
using twilio::ListResult;
using twilio::MessageRecord;

namespace
{

const std::string account_path = std::string("/2010-04-01/Accounts/") + RunningSimulator::account_sid;

std::string page(const std::string& next)
{
    const std::string record = R"({"sid":"SM00000000000000000000000000000002","status":"sent"})";
    const std::string body = R"({"uri":"x","messages":[)" + record + R"(],"next_page_uri":)" +
                             (next.empty() ? "null" : "\"" + next + "\"") + "}";
    return "HTTP/1.1 200 OK\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
}

struct Fixture
{
    boost::asio::io_context loop;
    config::TwilioSettings settings;
    twilio::MessageQuery query;
    std::vector<std::string> asked; // request lines

    Fixture()
    {
        settings.account_sid = RunningSimulator::account_sid;
        settings.auth_tokens = {RunningSimulator::auth_token};
        query.to = "+15550100000";
        query.from = RunningSimulator::phone_number;
        query.sent_since = std::chrono::system_clock::now() - std::chrono::minutes(1);
    }
    ListResult list(const std::string& origin)
    {
        settings.api_base_url = origin;
        twilio::Client client(loop.get_executor(), settings);
        return test::run(loop, client.list(query));
    }
    // From a Twilio that answers with the pages in turn, over and over.
    ListResult list_of(const std::vector<std::string>& pages)
    {
        std::mutex mutex;
        ScriptedPeer peer([&](PeerConnection& connection, int) {
            for (std::size_t index = 0;; ++index) {
                const std::string request = connection.read_request();
                if (request.empty()) return;
                const std::lock_guard lock(mutex);
                asked.push_back(request.substr(0, request.find("\r\n")));
                connection.write(pages[index % pages.size()]);
            }
        });
        return list(peer.origin());
    }
    std::size_t count(const ListResult& result) { return std::get<std::vector<MessageRecord>>(result).size(); }
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(twilio_list, Fixture)

BOOST_AUTO_TEST_CASE(messages_to_a_number_are_listed_through_all_pages)
{
    RunningSimulator simulator;
    {
        twilio::Client client(loop.get_executor(), simulator.account());
        twilio::OutgoingMessage message;
        message.to = query.to;
        message.from = query.from;
        message.body = "Hi Ana";
        for (int number = 0; number < 230; ++number)
            test::run(loop, client.send(message));
        message.to = "+15550100001";
        test::run(loop, client.send(message));
    }
    simulator.wait_until_quiet();
    const auto records = std::get<std::vector<MessageRecord>>(list(simulator.origin()));
    BOOST_TEST(records.size() == 230U);
    std::set<std::string> sids;
    for (const MessageRecord& record : records) {
        sids.insert(record.sid);
        BOOST_TEST(record.to == query.to);
        BOOST_TEST(record.from == query.from);
        BOOST_TEST(record.body == "Hi Ana");
        BOOST_TEST(record.status == "delivered");
    }
    BOOST_TEST(sids.size() == 230U);
    query.from = "+15005550007";
    BOOST_TEST(count(list(simulator.origin())) == 0U);
    query.from.clear();
    BOOST_TEST(count(list(simulator.origin())) == 230U);
    query.sent_since += std::chrono::days(2);
    BOOST_TEST(count(list(simulator.origin())) == 0U);
}

BOOST_AUTO_TEST_CASE(the_query_and_the_next_page_are_asked_for_as_twilio_documents_it)
{
    query.sent_since = std::chrono::sys_days(std::chrono::year(2026) / 3 / 31) + std::chrono::hours(23);
    const std::string next = account_path + "/Messages.json?PageToken=PA1&Page=1";
    BOOST_TEST(count(list_of({page(next), page("")})) == 2U);
    BOOST_REQUIRE_EQUAL(asked.size(), 2U);
    BOOST_TEST(asked[0] ==
               "GET " + account_path +
                   "/Messages.json?To=%2B15550100000&From=%2B15005550006&DateSent%3E=2026-03-31&PageSize=100 HTTP/1.1");
    BOOST_TEST(asked[1] == "GET " + next + " HTTP/1.1");
}

BOOST_AUTO_TEST_CASE(a_next_page_outside_of_the_account_is_not_followed)
{
    for (const char* next : {"/elsewhere", "https://example.com/", "//example.com/Messages.json?"}) {
        asked.clear();
        BOOST_TEST(std::holds_alternative<twilio::Unknown>(list_of({page(next)})));
        BOOST_TEST(asked.size() == 1U);
    }
}

BOOST_AUTO_TEST_CASE(a_list_without_an_end_is_given_up)
{
    BOOST_TEST(std::holds_alternative<twilio::Unknown>(list_of({page(account_path + "/Messages.json?Page=1")})));
    BOOST_TEST(asked.size() == 10U);
}

BOOST_AUTO_TEST_CASE(what_is_no_list_is_told_apart)
{
    const auto reply = [](const std::string& status, const std::string& body) {
        return "HTTP/1.1 " + status + "\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
    };
    BOOST_TEST(std::holds_alternative<twilio::Throttled>(list_of({reply("429 Too Many", R"({"code":20429})")})));
    BOOST_TEST(std::get<twilio::Rejected>(list_of({reply("401 No", R"({"code":20003})")})).code == 20003);
    BOOST_TEST(std::holds_alternative<twilio::Unknown>(list_of({reply("503 Later", "")})));
    BOOST_TEST(std::holds_alternative<twilio::Unknown>(list_of({reply("200 OK", "<html>")})));
    BOOST_TEST(std::holds_alternative<twilio::Unknown>(list("http://127.0.0.1:9")));
}

BOOST_AUTO_TEST_CASE(the_simulator_has_every_sender_that_it_lets_send)
{
    RunningSimulator simulator;
    config::TwilioSettings account = simulator.account();
    account.messaging_service_sid = "MG" + std::string(32, '1');
    const auto fault_of = [&](const std::string& number) {
        account.phone_number = number;
        twilio::Client client(loop.get_executor(), account);
        return test::run(loop, client.check_senders());
    };
    BOOST_TEST(!fault_of("+15005550006"));
    BOOST_TEST(!fault_of("72345"));
    BOOST_TEST(fault_of("+15005550007").has_value());
}

BOOST_AUTO_TEST_SUITE_END()
