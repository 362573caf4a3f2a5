#include "db/messages/messages.hpp"
#include "server/sending/outcome.hpp"
#include "tests/support/outbox_fixture.hpp"
#include "tests/support/run_all.hpp"

#include <boost/test/unit_test.hpp>

using namespace waybill;
using namespace std::chrono_literals;
using std::chrono::system_clock;

namespace
{

constexpr std::int64_t price = 75;

struct Fixture : test::OutboxFixture
{
    db::ClaimRequest request(std::optional<db::Time> moment = {}) const
    {
        db::ClaimRequest made = test::claim_request(100);
        made.day_budget = budget;
        made.moment = moment;
        return made;
    }
    db::CreateMessageResult send(std::optional<db::Time> send_at = {})
    {
        db::NewMessage message;
        message.by = test::tester();
        message.recipient = "+15550199999";
        message.body = "Hello";
        message.sender = "+15005550006";
        message.price_per_segment = price;
        message.day_budget = budget;
        message.send_at = send_at;
        message.write_reply = [](const db::Message&, std::optional<db::Time>) { return std::string("{}"); };
        return test::run(singles.create(std::move(message)));
    }
    db::BudgetDay today() { return test::run(days.today(budget)); }
    std::string hold_reason() const
    {
        return postgres.value("select hold_reason from campaign_details order by id limit 1");
    }

    db::DayBudget budget{4 * price, "Europe/Rome"};
    db::SingleMessages singles{database};
    db::BudgetDays days{database};
};

// Every fourth one, so that money returns while other processes reserve.
std::vector<db::SendOutcome> throttle_some(const std::vector<db::ClaimedMessage>& messages, int& accepted)
{
    std::vector<db::SendOutcome> outcomes;
    for (const auto& message : messages) {
        twilio::SendResult result = twilio::Accepted{"SM" + std::to_string(message.id), "queued", 1};
        if (outcomes.size() % 4 == 3) result = twilio::Throttled{};
        accepted += std::holds_alternative<twilio::Accepted>(result);
        outcomes.push_back(sending::decide(message, result, system_clock::now(), 0));
    }
    return outcomes;
}

template <class Result>
bool is(const db::CreateMessageResult& result)
{
    return std::holds_alternative<Result>(result);
}

} // namespace

BOOST_FIXTURE_TEST_SUITE(daily_budget, Fixture)

BOOST_AUTO_TEST_CASE(campaigns_wait_with_a_reason_when_the_day_is_used_up_and_continue_the_next_day)
{
    test::make_campaign(postgres, 10);
    const std::string version = postgres.value("select version from campaign_details");
    BOOST_TEST(claim(request()).messages.size() == 4U);
    BOOST_TEST(claim(request()).day_used_up);
    BOOST_TEST(claim(request()).messages.empty());
    BOOST_TEST(today().spent == 4 * price);
    BOOST_TEST(today().is_used_up(budget));
    BOOST_TEST(postgres.value("select status from campaigns") == "sending");
    BOOST_TEST(hold_reason().starts_with("The daily budget of 0.0300 USD is used up; sending continues on "));
    BOOST_TEST(hold_reason().ends_with(" at 00:00 (Europe/Rome)"));
    BOOST_TEST(postgres.value("select version from campaign_details") != version);

    const db::Time next_day = today().ends;
    BOOST_TEST(claim(request(next_day - 1us)).messages.empty());
    const db::Claim claimed = claim(request(next_day));
    BOOST_TEST(claimed.messages.size() == 4U);
    BOOST_TEST(postgres.number("select count(*) from budget_days where spent = 300") == 2);
    BOOST_TEST(postgres.counter_faults() == "");
}

BOOST_AUTO_TEST_CASE(a_raised_budget_takes_effect_immediately_and_a_removed_one_leaves_no_reason)
{
    test::make_campaign(postgres, 10);
    claim(request());
    claim(request());
    budget.amount = 5 * price;
    BOOST_TEST(claim(request()).messages.size() == 1U);
    BOOST_TEST(claim(request()).messages.empty());
    BOOST_TEST(!hold_reason().empty());
    test::run(days.stop_waiting());
    BOOST_TEST(hold_reason().empty());
    BOOST_TEST(claim(test::claim_request(100)).messages.size() == 5U);
}

BOOST_AUTO_TEST_CASE(what_Twilio_did_not_accept_returns_to_its_day_once)
{
    test::make_campaign(postgres, 10);
    const auto claimed = claim(request()).messages;
    claim(request());
    const auto now = system_clock::now();
    const std::vector<db::SendOutcome> outcomes{
        sending::decide(claimed.at(0), twilio::Rejected{400, 21211, ""}, now, 0),
        sending::decide(claimed.at(1), twilio::Throttled{}, now, 0),
        sending::decide(claimed.at(2), twilio::Unknown{""}, now, 0),
        sending::decide(claimed.at(3), twilio::Accepted{"SM1", "queued", 2}, now, 0)};
    settle(outcomes);
    settle(outcomes);
    BOOST_TEST(today().spent == 3 * price); // of the unknown one, and twice of the one with two segments
    BOOST_TEST(hold_reason().empty());
    BOOST_TEST(claim(request()).messages.size() == 1U);
    BOOST_TEST(postgres.counter_faults() == "");
}

BOOST_AUTO_TEST_CASE(a_claim_whose_process_died_before_its_requests_left_returns_what_it_reserved)
{
    test::make_campaign(postgres, 10);
    db::ClaimRequest slow = paced_request(4); // the first of them leaves now
    slow.horizon = std::chrono::seconds(1);
    slow.day_budget = budget;
    BOOST_TEST(claim(std::move(slow)).messages.size() == 4U);
    BOOST_TEST(today().spent == 4 * price);
    postgres.exec("update outbox set leased_until = now() - interval '1 second' where leased_until is not null");
    BOOST_TEST(test::run(outbox.expire_leases()).undone == 3U);
    BOOST_TEST(today().spent == price);
    BOOST_TEST(postgres.number("select count(*) from outbox where budget_day is not null") == 0);
    BOOST_TEST(claim(request()).messages.size() == 3U);
}

BOOST_AUTO_TEST_CASE(a_single_message_reserves_when_it_is_created_and_is_refused_when_the_day_is_used_up)
{
    BOOST_TEST(is<db::CreatedMessage>(send()));
    test::make_campaign(postgres, 10);
    BOOST_TEST(today().spent == price);
    BOOST_TEST(claim(request()).messages.size() == 4U); // the single one and three
    BOOST_TEST(claim(request()).day_used_up);
    const auto refused = send();
    BOOST_REQUIRE(is<db::DayUsedUp>(refused));
    BOOST_TEST((std::get<db::DayUsedUp>(refused).ends == today().ends));
    BOOST_TEST(is<db::CreatedMessage>(send(today().ends + 1h))); // of another day
    BOOST_TEST(postgres.number("select count(*) from messages where campaign_id is null") == 2);
    BOOST_TEST(today().spent == 4 * price);
}

BOOST_AUTO_TEST_CASE(a_single_message_that_was_accepted_leaves_though_campaigns_have_used_up_the_rest)
{
    test::make_campaign(postgres, 10);
    db::ClaimRequest few = request();
    few.limit = 2;
    BOOST_TEST(claim(few).messages.size() == 2U);
    BOOST_TEST(is<db::CreatedMessage>(send()));
    BOOST_TEST(is<db::CreatedMessage>(send()));
    BOOST_TEST(is<db::DayUsedUp>(send()));
    const db::Claim claimed = claim(request());
    BOOST_TEST(claimed.messages.size() == 2U);
    BOOST_TEST(claimed.messages.at(0).campaign_id == 0);
    BOOST_TEST(claimed.day_used_up);
    BOOST_TEST(today().spent == 4 * price);
}

BOOST_AUTO_TEST_CASE(processes_and_requests_cannot_overdraw_a_day_nor_lock_each_other_out)
{
    constexpr int affordable = 60;
    budget.amount = affordable * price;
    test::make_campaign(postgres, 80, "sms_1_first0");
    test::make_campaign(postgres, 80, "sms_2_second");
    postgres.exec("update campaigns set sender = '+15005550007' where public_id = 'sms_2_second'");
    db::Database other_database(postgres.options());
    db::Outbox other(other_database);
    boost::asio::io_context context(1);
    int accepted = 0;
    const auto work = [&](db::Outbox process) -> boost::asio::awaitable<bool> {
        for (int idle = 0; idle < 3;) {
            db::ClaimRequest few = request();
            few.limit = 7;
            const db::Claim claim = co_await process.claim(std::move(few));
            const std::vector<db::SendOutcome> outcomes = throttle_some(claim.messages, accepted);
            co_await process.settle(outcomes);
            idle = claim.messages.empty() && !claim.contended ? idle + 1 : 0;
        }
        co_return true;
    };
    std::vector<boost::asio::awaitable<bool>> processes;
    processes.push_back(work(outbox));
    processes.push_back(work(other));
    BOOST_CHECK_NO_THROW(test::run_all(context, std::move(processes)));
    while (accepted < affordable) { // what was throttled last
        const auto rest = claim(request()).messages;
        BOOST_REQUIRE(!rest.empty());
        accept(rest);
        accepted += static_cast<int>(rest.size());
    }
    BOOST_TEST(accepted == affordable);
    BOOST_TEST(claim(request()).messages.empty());
    BOOST_TEST(today().spent == budget.amount);
    BOOST_TEST(postgres.number("select deadlocks from pg_stat_database where datname = current_database()") == 0);
    BOOST_TEST(postgres.counter_faults() == "");
}

BOOST_AUTO_TEST_SUITE_END()
