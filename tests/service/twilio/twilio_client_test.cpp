#include "server/twilio/client.hpp"
#include "tests/support/coroutine.hpp"
#include "tests/support/scripted_peer.hpp"

#include <boost/test/unit_test.hpp>

#include <mutex>

namespace asio = boost::asio;
using namespace waybill;
using namespace std::chrono_literals;
using test::PeerConnection;
using test::ScriptedPeer;
using twilio::Accepted;
using twilio::MessageRecord;
using twilio::NotSent;
using twilio::Rejected;
using twilio::Throttled;
using twilio::Unknown;

namespace
{

const std::string account = "AC00000000000000000000000000000001";
const std::string token = "the-secret-token";
const std::string sid = "SM00000000000000000000000000000002";
const std::string created = R"({"sid":")" + sid + R"(","status":"queued","num_segments":"1"})";

std::string reply(int status, const std::string& body, const std::string& headers = "")
{
    return "HTTP/1.1 " + std::to_string(status) + " Word\r\nContent-Type: application/json\r\n" + headers +
           "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
}

// Answers with the replies in turn, then hangs up, and remembers what it was asked.
class Replies
{
public:
    explicit Replies(std::vector<std::string> replies)
        : replies_(std::move(replies)), peer_([this](PeerConnection& connection, int) { serve(connection); })
    {
    }

    std::string origin() const { return peer_.origin(); }

    std::string request(std::size_t index) const
    {
        const std::lock_guard lock(mutex_);
        return requests_.at(index);
    }

private:
    void serve(PeerConnection& connection)
    {
        for (const auto& answer : replies_) {
            std::string seen = connection.read_request();
            if (seen.empty()) return;
            {
                const std::lock_guard lock(mutex_);
                requests_.push_back(std::move(seen));
            }
            connection.write(answer);
        }
    }

    std::vector<std::string> replies_;
    mutable std::mutex mutex_;
    std::vector<std::string> requests_;
    ScriptedPeer peer_;
};

bool contains(const std::string& text, std::string_view part)
{
    return text.find(part) != std::string::npos;
}

struct Sender
{
    Sender()
    {
        settings.account_sid = account;
        settings.auth_tokens = {token, "the-next-token"};
        message.to = "+15005550001";
        message.from = "+15005550006";
        message.body = "Hi José & co + 100%";
        message.status_callback = "https://example.com/webhooks/twilio/status/7";
        options.read_deadline = 500ms;
    }

    twilio::SendResult send(const std::string& origin)
    {
        settings.api_base_url = origin;
        twilio::Client client(loop.get_executor(), settings, options);
        return test::run(loop, client.send(message));
    }

    std::optional<std::string> check(const std::string& origin)
    {
        settings.api_base_url = origin;
        twilio::Client client(loop.get_executor(), settings, options);
        return test::run(loop, client.check_credentials());
    }

    config::TwilioSettings settings;
    twilio::OutgoingMessage message;
    http::ClientOptions options;
    asio::io_context loop;
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(twilio_client, Sender)

BOOST_AUTO_TEST_CASE(a_message_is_created_as_twilio_documents_it)
{
    Replies twilio({reply(201, created)});
    const auto result = send(twilio.origin());
    BOOST_TEST(std::get<Accepted>(result).sid == sid);
    const std::string request = twilio.request(0);
    BOOST_TEST(request.starts_with("POST /2010-04-01/Accounts/" + account + "/Messages.json HTTP/1.1\r\n"));
    // base64 of account:token
    BOOST_TEST(contains(
        request, "Authorization: Basic QUMwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMTp0aGUtc2VjcmV0LXRva2Vu\r\n"));
    BOOST_TEST(contains(request, "User-Agent: waybill/" WAYBILL_VERSION "\r\n"));
    BOOST_TEST(contains(request, "Accept: application/json\r\n"));
    BOOST_TEST(contains(request, "Content-Type: application/x-www-form-urlencoded\r\n"));
    BOOST_TEST(request.substr(request.find("\r\n\r\n") + 4) ==
               "To=%2B15005550001&From=%2B15005550006&Body=Hi+Jos%C3%A9+%26+co+%2B+100%25&StatusCallback="
               "https%3A%2F%2Fexample.com%2Fwebhooks%2Ftwilio%2Fstatus%2F7");
}

BOOST_AUTO_TEST_CASE(an_api_key_signs_in_for_the_account_and_a_service_may_send)
{
    settings.api_key_sid = "SK1";
    settings.api_key_secret = "hush";
    settings.messaging_service_sid = "MG1";
    message.from.clear();
    message.validity_period = 600;
    Replies twilio({reply(201, created)});
    BOOST_TEST(std::holds_alternative<Accepted>(send(twilio.origin())));
    const std::string request = twilio.request(0);
    BOOST_TEST(contains(request, "/Accounts/" + account + "/Messages.json"));
    BOOST_TEST(contains(request, "Authorization: Basic U0sxOmh1c2g=\r\n"));
    BOOST_TEST(contains(request, "&MessagingServiceSid=MG1&"));
    BOOST_TEST(!contains(request, "From="));
    BOOST_TEST(request.ends_with("&ValidityPeriod=600"));
}

BOOST_AUTO_TEST_CASE(each_kind_of_answer_becomes_its_kind_of_result)
{
    Replies twilio({reply(201, created), reply(400, R"({"code":21610,"message":"Unsubscribed"})"),
                    reply(429, R"({"code":20429})", "Retry-After: 3\r\n"), reply(503, "busy"), reply(201, "{}")});
    settings.api_base_url = twilio.origin();
    twilio::Client client(loop.get_executor(), settings, options);
    const auto next = [&] { return test::run(loop, client.send(message)); };
    BOOST_TEST(std::get<Accepted>(next()).status == "queued");
    BOOST_TEST(std::get<Rejected>(next()).code == 21610);
    BOOST_TEST((std::get<Throttled>(next()).retry_after == 3s));
    BOOST_TEST(std::holds_alternative<Unknown>(next()));
    BOOST_TEST(std::holds_alternative<Unknown>(next()));
}

BOOST_AUTO_TEST_CASE(a_lost_reply_is_unknown_and_an_unreachable_twilio_not_sent)
{
    Replies silent({});
    ScriptedPeer cuts([](PeerConnection& connection, int) {
        connection.read_request();
        connection.reset();
    });
    ScriptedPeer hangs([](PeerConnection& connection, int) { connection.wait_until_closed(); });
    BOOST_TEST(std::holds_alternative<Unknown>(send(cuts.origin())));
    BOOST_TEST(std::holds_alternative<Unknown>(send(hangs.origin())));
    BOOST_TEST(std::holds_alternative<NotSent>(send("http://127.0.0.1:1")));
    BOOST_TEST(std::holds_alternative<NotSent>(send("https" + silent.origin().substr(4))));
}

BOOST_AUTO_TEST_CASE(a_message_is_fetched_by_its_sid)
{
    Replies twilio({reply(200, R"({"sid":")" + sid + R"(","status":"delivered","price":"-0.00750"})")});
    settings.api_base_url = twilio.origin();
    twilio::Client client(loop.get_executor(), settings, options);
    const auto result = test::run(loop, client.fetch(sid));
    BOOST_TEST(std::get<MessageRecord>(result).status == "delivered");
    BOOST_TEST(std::get<MessageRecord>(result).price_micros.value() == 7'500);
    BOOST_TEST(twilio.request(0).starts_with("GET /2010-04-01/Accounts/" + account + "/Messages/" + sid + ".json "));
    BOOST_TEST(!contains(twilio.request(0), "Content-Length"));
}

BOOST_AUTO_TEST_CASE(working_credentials_are_told_by_silence)
{
    Replies twilio({reply(200, R"({"sid":")" + account + R"(","status":"active"})")});
    BOOST_TEST(!check(twilio.origin()));
    BOOST_TEST(twilio.request(0).starts_with("GET /2010-04-01/Accounts/" + account + ".json HTTP/1.1\r\n"));
}

BOOST_AUTO_TEST_CASE(what_is_wrong_with_the_credentials_is_said_with_what_to_do)
{
    const struct
    {
        std::string answer, words;
    } cases[] = {
        {reply(401, R"({"code":20003,"message":"Authenticate","status":401})"), "TWILIO_AUTH_TOKEN"},
        {reply(403, R"({"code":20008,"message":"Test","status":403})"), "test credentials"},
        {reply(403, ""), "status in the Twilio Console"},
        {reply(404, R"({"code":20404,"status":404})"), "TWILIO_ACCOUNT_SID"},
        {reply(200, R"({"sid":")" + account + R"(","status":"suspended"})"), "is suspended"},
        {reply(200, "<html>a proxy</html>"), "TWILIO_API_BASE_URL"},
        {reply(302, "", "Location: https://elsewhere/\r\n"), "TWILIO_API_BASE_URL"},
        {reply(429, ""), "Try again"},
        {reply(503, ""), "status.twilio.com"},
        {"SSH-2.0-x\r\n\r\n", "was not reached"},
    };
    for (const auto& each : cases) {
        Replies twilio({each.answer});
        const auto fault = check(twilio.origin());
        BOOST_REQUIRE(fault);
        BOOST_TEST(contains(*fault, each.words), *fault);
        BOOST_TEST(!contains(*fault, token));
    }
}

BOOST_AUTO_TEST_CASE(an_unreachable_twilio_is_described_by_where_the_way_ends)
{
    ScriptedPeer plain([](PeerConnection& connection, int) { connection.write("no TLS\r\n\r\n"); });
    const auto refused = check("http://127.0.0.1:1");
    const auto unresolved = check("http://" + std::string(70, 'a'));
    const auto no_tls = check("https" + plain.origin().substr(4));
    BOOST_TEST(contains(refused.value(), "firewall"), *refused);
    BOOST_TEST(contains(unresolved.value(), "name resolution"), *unresolved);
    BOOST_TEST(contains(no_tls.value(), "ca-certificates"), *no_tls);
}

BOOST_AUTO_TEST_CASE(with_an_api_key_token_and_key_are_both_tried)
{
    settings.api_key_sid = "SK1";
    settings.api_key_secret = "hush";
    const std::string active = reply(200, R"({"sid":")" + account + R"(","status":"active"})");
    Replies good({active, reply(200, R"({"messages":[]})")});
    BOOST_TEST(!check(good.origin()));
    BOOST_TEST(contains(good.request(0), "Basic QUMw"));
    BOOST_TEST(contains(good.request(1), "Basic U0sxOmh1c2g="));
    BOOST_TEST(contains(good.request(1), "/Messages.json?PageSize=1 "));

    Replies bad({active, reply(401, R"({"code":20003})")});
    const auto fault = check(bad.origin());
    BOOST_TEST(contains(fault.value(), "TWILIO_API_KEY_SECRET"));
    BOOST_TEST(!contains(*fault, "hush"));
}

BOOST_AUTO_TEST_SUITE_END()
