#include "server/api/reports/reports.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/test/unit_test.hpp>

#include <exception>
#include <stdexcept>
#include <string>
#include <vector>

namespace
{

using namespace waybill;
namespace asio = boost::asio;

struct Fixture
{
    asio::io_context context;
    api::SharedReplies shared;
    int made = 0;
    std::vector<std::string> replies;
    int failures = 0;

    asio::awaitable<http::Response> make(bool fails)
    {
        const int number = ++made;
        asio::steady_timer work(context, std::chrono::milliseconds(20));
        co_await work.async_wait(asio::use_awaitable);
        if (fails) throw std::runtime_error("the database is away");
        co_return http::json_response(200, std::to_string(number));
    }
    void ask(std::string key, bool fails = false)
    {
        api::SharedReplies::Make maker = [this, fails] { return make(fails); };
        asio::co_spawn(context, shared.reply(std::move(key), std::move(maker)),
                       [this](std::exception_ptr error, http::Response response) {
                           if (error)
                               ++failures;
                           else
                               replies.push_back(response.body);
                       });
    }
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(shared_replies, Fixture)

BOOST_AUTO_TEST_CASE(who_asks_for_the_same_meanwhile_or_soon_after_gets_the_same)
{
    for (int i = 0; i < 500; ++i)
        ask("overview");
    context.run();
    context.restart();
    ask("overview");
    context.run();
    BOOST_TEST(made == 1);
    BOOST_TEST((replies == std::vector<std::string>(501, "1")));
}

BOOST_AUTO_TEST_CASE(another_question_gets_a_reply_of_its_own)
{
    ask("overview");
    ask("timeline");
    context.run();
    BOOST_TEST(made == 2);
}

BOOST_AUTO_TEST_CASE(who_waited_for_a_reply_that_failed_gets_one_of_its_own)
{
    ask("overview", true);
    ask("overview");
    ask("overview");
    context.run();
    BOOST_TEST(failures == 1);
    BOOST_TEST(replies.size() == 2U);
    BOOST_TEST(made <= 3);
}

BOOST_AUTO_TEST_SUITE_END()
