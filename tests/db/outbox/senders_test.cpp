#include "tests/support/outbox_fixture.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>

using namespace waybill;
using namespace std::chrono_literals;

namespace
{

constexpr const char* number = "+15005550006";

struct Fixture : test::OutboxFixture
{
    std::optional<db::Time> pause(const std::string& sender, bool from_probe = false)
    {
        return test::run(
            senders.pause({sender, 20003, "Twilio refused the credentials.", from_probe}, {1min, 2min, 5min, 10min}));
    }
    bool resume(const std::string& sender) { return test::run(senders.resume(sender)); }
    void let_probes_come() const { postgres.exec("update senders set probe_at = now() where paused_at is not null"); }
    std::int64_t minutes_to_probe() const
    {
        return postgres.number("select round(extract(epoch from probe_at - now()) / 60) from senders "
                               "where paused_at is not null");
    }
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(senders, Fixture)

BOOST_AUTO_TEST_CASE(a_paused_sender_sends_nothing_and_the_others_go_on)
{
    test::make_campaign(postgres, 5, "sms_1_paused");
    test::make_campaign(postgres, 5, "sms_2_going0");
    postgres.exec("update campaigns set sender = '24273' where public_id = 'sms_2_going0'");
    BOOST_TEST(pause(number).has_value());
    const auto messages = claim(20);
    BOOST_TEST(messages.size() == 5U);
    BOOST_TEST(messages.at(0).sender == "24273");
    BOOST_TEST(resume(number));
    BOOST_TEST(claim(20).size() == 5U);
}

BOOST_AUTO_TEST_CASE(a_paused_account_sends_nothing_at_all)
{
    test::make_campaign(postgres, 5);
    pause(db::whole_account);
    BOOST_TEST(claim(20).empty());
    BOOST_TEST(resume(db::whole_account));
    BOOST_TEST(!resume(db::whole_account));
    BOOST_TEST(claim(20).size() == 5U);
}

BOOST_AUTO_TEST_CASE(when_its_time_has_come_one_message_is_let_through)
{
    for (const std::string sender : {number, db::whole_account}) {
        test::make_campaign(postgres, 5, "sms_1_" + std::to_string(sender.size()));
        pause(sender);
        let_probes_come();
        const auto probe = claim(20);
        BOOST_REQUIRE(probe.size() == 1U);
        BOOST_TEST(probe[0].probes_account == (sender == db::whole_account));
        BOOST_TEST(probe[0].probes_sender == (sender == number));
        BOOST_TEST(claim(20).empty());
        BOOST_TEST(minutes_to_probe() == 1);
        resume(sender);
        BOOST_TEST(claim(20).size() == 4U);
    }
}

BOOST_AUTO_TEST_CASE(failed_probes_are_further_and_further_apart)
{
    BOOST_TEST(pause(db::whole_account).has_value());
    BOOST_TEST(minutes_to_probe() == 1);
    BOOST_TEST(!pause(db::whole_account).has_value()); // others that were under way
    BOOST_TEST(minutes_to_probe() == 1);
    for (const int minutes : {2, 5, 10, 10}) {
        BOOST_TEST(pause(db::whole_account, true).has_value());
        BOOST_TEST(minutes_to_probe() == minutes);
    }
    resume(db::whole_account);
    pause(db::whole_account);
    BOOST_TEST(minutes_to_probe() == 1);
}

BOOST_AUTO_TEST_CASE(after_a_start_the_probe_comes_at_once)
{
    test::make_campaign(postgres, 5);
    pause(number);
    BOOST_TEST(claim(20).empty());
    test::run([](db::Senders paused) -> boost::asio::awaitable<bool> {
        co_await paused.probe_now();
        co_return true;
    }(senders));
    BOOST_TEST(claim(20).size() == 1U);
}

BOOST_AUTO_TEST_CASE(they_are_listed_with_what_is_wrong)
{
    test::make_campaign(postgres, 1);
    claim(1);
    pause(db::whole_account);
    const auto list = test::run(senders.list());
    BOOST_REQUIRE(list.size() == 2U);
    const auto account = std::ranges::find(list, db::whole_account, &db::SenderState::sender);
    BOOST_REQUIRE(account != list.end());
    BOOST_TEST(account->pause_code.value() == 20003);
    BOOST_TEST(account->pause_reason == "Twilio refused the credentials.");
    BOOST_TEST(account->paused_at.has_value());
    BOOST_TEST(account->probe_at.has_value());
}

BOOST_AUTO_TEST_SUITE_END()
