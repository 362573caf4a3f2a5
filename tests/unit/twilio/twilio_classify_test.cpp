#include "server/twilio/client.hpp"

#include <boost/test/unit_test.hpp>

using namespace waybill;
using http::ClientFailure;
using http::ClientResponse;
using twilio::Accepted;
using twilio::classify_fetch;
using twilio::classify_send;
using twilio::MessageRecord;
using twilio::NotSent;
using twilio::Rejected;
using twilio::Throttled;
using twilio::Unknown;

namespace
{

const std::string sid = "SM0123456789abcdef0123456789ABCDEF";

ClientResponse reply(int status, std::string body, std::vector<http::Header> headers = {})
{
    ClientResponse made;
    made.status = status;
    made.body = std::move(body);
    for (const auto& [name, value] : headers)
        made.headers.add(name, value);
    return made;
}

std::string created(const std::string& more)
{
    return R"({"sid":")" + sid + R"(","status":"queued")" + more + "}";
}

} // namespace

BOOST_AUTO_TEST_SUITE(twilio_classify)

BOOST_AUTO_TEST_CASE(a_201_with_a_sid_is_accepted)
{
    const auto result = classify_send(reply(201, created(R"(,"num_segments":"2","price":null,"to":"+1")")));
    const auto& accepted = std::get<Accepted>(result);
    BOOST_TEST(accepted.sid == sid);
    BOOST_TEST(accepted.status == "queued");
    BOOST_TEST(accepted.num_segments.value() == 2);
}

BOOST_AUTO_TEST_CASE(any_2xx_with_a_sid_is_accepted_and_numbers_are_read_liberally)
{
    const struct
    {
        int status;
        std::string more;
        std::optional<int> segments;
    } cases[] = {
        {200, "", {}},
        {202, R"(,"num_segments":3)", 3},
        {201, R"(,"num_segments":"0")", {}}, // a Messaging Service does not know yet
        {201, R"(,"num_segments":0)", {}},
        {201, R"(,"num_segments":null)", {}},
        {201, R"(,"num_segments":"many")", {}},
        {201, R"(,"num_segments":[1])", {}},
        {201, R"(,"num_segments":1e99)", {}},
        {201, R"(,"num_segments":1.5)", {}},
    };
    for (const auto& each : cases) {
        const auto result = classify_send(reply(each.status, created(each.more)));
        BOOST_REQUIRE(std::holds_alternative<Accepted>(result));
        BOOST_TEST((std::get<Accepted>(result).num_segments == each.segments), each.more);
    }
}

BOOST_AUTO_TEST_CASE(a_2xx_without_a_readable_sid_is_unknown)
{
    for (const std::string body :
         {"", "{}", "[]", "null", "<html>Sign in to the wireless network</html>", R"({"sid":null})", R"({"sid":7})",
          R"({"sid":"SM123"})", R"({"sid":"sm0123456789abcdef0123456789abcdef"})", R"({"sid":"SM0123)"}) {
        const auto result = classify_send(reply(201, body));
        BOOST_REQUIRE(std::holds_alternative<Unknown>(result));
        BOOST_TEST(!std::get<Unknown>(result).reason.empty());
    }
}

BOOST_AUTO_TEST_CASE(a_4xx_is_a_refusal_with_twilios_code_and_words)
{
    const struct
    {
        int status;
        std::string body;
        int code;
        std::string message;
    } cases[] = {
        {400, R"({"code":21211,"message":"Invalid 'To'","more_info":"https://","status":400})", 21211, "Invalid 'To'"},
        {400, R"({"code":"21610","message":"Unsubscribed"})", 21610, "Unsubscribed"},
        {400, R"({"type":"about:blank","title":"Bad","status":400,"code":21604,"detail":"No To"})", 21604, "No To"},
        {400, R"({"type":"about:blank","title":"Bad","status":400,"code":21604})", 21604, "Bad"},
        {401, R"({"code":20003,"message":"Authenticate","status":401})", 20003, "Authenticate"},
        {401, "", 20003, "Twilio answered with HTTP status 401"},
        {404, "<html>Not Found</html>", 0, "Twilio answered with HTTP status 404"},
        {403, R"({"message":null})", 0, "Twilio answered with HTTP status 403"},
        {400, R"({"code":21611,"message":"Queue full"})", 21611, "Queue full"},
        {429, R"({"code":21611,"message":"Queue full"})", 21611, "Queue full"},
    };
    for (const auto& each : cases) {
        const auto result = classify_send(reply(each.status, each.body));
        BOOST_REQUIRE(std::holds_alternative<Rejected>(result));
        const auto& rejected = std::get<Rejected>(result);
        BOOST_TEST(rejected.http_status == each.status);
        BOOST_TEST(rejected.code == each.code);
        BOOST_TEST(rejected.message == each.message);
    }
}

BOOST_AUTO_TEST_CASE(a_redirect_is_a_refusal_that_tells_where_it_leads)
{
    const auto result = classify_send(reply(301, "", {{"Location", "https://elsewhere.example/"}}));
    BOOST_TEST(std::get<Rejected>(result).message.find("https://elsewhere.example/") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(an_endless_explanation_is_cut)
{
    const auto result = classify_send(reply(400, R"({"code":21211,"message":")" + std::string(5000, 'x') + "\"}"));
    BOOST_TEST(std::get<Rejected>(result).message.size() == 500U);
}

BOOST_AUTO_TEST_CASE(a_429_or_code_20429_is_throttled)
{
    for (const auto& response :
         {reply(429, ""), reply(429, R"({"code":20429,"message":"Too Many Requests","status":429})"),
          reply(400, R"({"code":20429})"), reply(503, R"({"code":20429})")}) {
        const auto result = classify_send(response);
        BOOST_REQUIRE(std::holds_alternative<Throttled>(result));
        BOOST_TEST(!std::get<Throttled>(result).retry_after);
    }
}

BOOST_AUTO_TEST_CASE(retry_after_is_seconds_or_a_date_counted_from_the_replys_own)
{
    const std::string date = "Sun, 06 Nov 1994 08:49:37 GMT";
    const struct
    {
        std::string retry_after;
        std::optional<int> seconds;
    } cases[] = {
        {"120", 120},
        {"0", 0},
        {"Sun, 06 Nov 1994 08:51:37 GMT", 120},
        {"Sun, 06 Nov 1994 08:00:00 GMT", 0}, // gone by
        {"-5", {}},
        {"1.5", {}},
        {"soon", {}},
        {"99999999999999999999", {}},
        {"", {}},
    };
    for (const auto& each : cases) {
        const auto result = classify_send(reply(429, "", {{"Date", date}, {"Retry-After", each.retry_after}}));
        const auto got = std::get<Throttled>(result).retry_after;
        BOOST_TEST(got.has_value() == each.seconds.has_value(), each.retry_after);
        if (got && each.seconds) BOOST_TEST(got->count() == *each.seconds);
    }
}

BOOST_AUTO_TEST_CASE(a_retry_date_without_a_date_of_the_reply_is_counted_from_now)
{
    const auto result = classify_send(reply(429, "", {{"Retry-After", "Sun, 06 Nov 1994 08:51:37 GMT"}}));
    BOOST_TEST(std::get<Throttled>(result).retry_after->count() == 0);
}

BOOST_AUTO_TEST_CASE(a_5xx_is_unknown_whatever_it_says)
{
    for (const int status : {500, 502, 503, 504, 599})
        for (const std::string& body : {std::string(), std::string(R"({"code":20500,"status":500})"), created("")})
            BOOST_TEST(std::holds_alternative<Unknown>(classify_send(reply(status, body))));
}

BOOST_AUTO_TEST_CASE(a_broken_exchange_is_unknown_only_when_something_was_sent)
{
    const auto lost = classify_send(ClientFailure{true, "the connection broke"});
    BOOST_TEST(std::get<Unknown>(lost).reason == "the connection broke");
    const auto never_left = classify_send(ClientFailure{false, "connection refused"});
    BOOST_TEST(std::get<NotSent>(never_left).reason == "connection refused");
}

BOOST_AUTO_TEST_CASE(a_message_record_is_read_with_numbers_from_strings)
{
    const auto result = classify_fetch(reply(200, R"({"sid":")" + sid + R"(","status":"undelivered","to":"+15005550001",
        "from":"+15005550006","body":"Hi \u00e9","error_code":30003,"num_segments":"2","price":"-0.01500",
        "price_unit":"USD","date_created":"Thu, 24 Aug 2023 05:01:45 +0000","unknown_key":{"a":[1]}})"));
    const auto& record = std::get<MessageRecord>(result);
    BOOST_TEST(record.sid == sid);
    BOOST_TEST(record.status == "undelivered");
    BOOST_TEST(record.to == "+15005550001");
    BOOST_TEST(record.from == "+15005550006");
    BOOST_TEST(record.body == "Hi é");
    BOOST_TEST(record.error_code.value() == 30003);
    BOOST_TEST(record.num_segments.value() == 2);
    BOOST_TEST(record.price_micros.value() == 15'000);
    BOOST_TEST(record.price_unit == "USD");
    BOOST_TEST(record.date_created == "Thu, 24 Aug 2023 05:01:45 +0000");
}

BOOST_AUTO_TEST_CASE(a_message_record_may_lack_everything_but_its_sid)
{
    for (const std::string& more :
         {std::string(),
          std::string(R"(,"status":null,"from":null,"error_code":null,"price":null,"price_unit":null)")}) {
        const auto result = classify_fetch(reply(200, R"({"sid":")" + sid + "\"" + more + "}"));
        const auto& record = std::get<MessageRecord>(result);
        BOOST_TEST(record.sid == sid);
        BOOST_TEST(record.status == "");
        BOOST_TEST(!record.error_code);
        BOOST_TEST(!record.price_micros);
    }
}

BOOST_AUTO_TEST_CASE(prices_are_exact_and_positive_for_a_charge)
{
    const struct
    {
        std::string price;
        std::optional<std::int64_t> micros;
    } cases[] = {
        {R"("-0.00750")", 7'500},
        {R"("-0.0079")", 7'900},
        {"-0.0083", 8'300},
        {R"("0.00750")", -7'500},
        {R"("-12")", 12'000'000},
        {R"("-123456.789012")", 123'456'789'012},
        {R"("0")", 0},
        {R"("")", {}},
        {R"("free")", {}},
        {R"("nan")", {}},
        {R"("-1e300")", {}},
        {"true", {}},
    };
    for (const auto& each : cases) {
        const auto result = classify_fetch(reply(200, created(R"(,"price":)" + each.price)));
        BOOST_TEST((std::get<MessageRecord>(result).price_micros == each.micros), each.price);
    }
}

BOOST_AUTO_TEST_CASE(a_failed_fetch_is_refused_throttled_or_unknown)
{
    BOOST_TEST(std::get<Rejected>(classify_fetch(reply(404, R"({"code":20404,"message":"x"})"))).code == 20404);
    BOOST_TEST(std::holds_alternative<Throttled>(classify_fetch(reply(429, ""))));
    BOOST_TEST(std::holds_alternative<Unknown>(classify_fetch(reply(500, ""))));
    BOOST_TEST(std::holds_alternative<Unknown>(classify_fetch(reply(200, "<html>"))));
    BOOST_TEST(std::holds_alternative<Unknown>(classify_fetch(ClientFailure{false, "connection refused"})));
}

BOOST_AUTO_TEST_SUITE_END()
