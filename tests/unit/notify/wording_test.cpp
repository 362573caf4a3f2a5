#include "server/notify/wording.hpp"

#include "server/notify/notifier.hpp"

#include <boost/test/unit_test.hpp>

#include <string>
#include <vector>

using namespace waybill;

namespace
{

constexpr std::string_view dashboard = "https://texts.example.com";

db::NotableEvent event_of(std::string kind)
{
    db::NotableEvent event;
    event.number = 17;
    event.kind = std::move(kind);
    event.campaign = "sms_1_ab";
    event.campaign_name = "Spring";
    return event;
}

db::Notification notification_of(const db::NotableEvent& event)
{
    const auto notification = notify::about_event(event, dashboard);
    BOOST_REQUIRE(notification.has_value());
    return *notification;
}

bool says(const db::Notification& notification, const std::string& words)
{
    return notification.body.find(words) != std::string::npos;
}

} // namespace

BOOST_AUTO_TEST_SUITE(notification_wording)

BOOST_AUTO_TEST_CASE(each_kind_of_event_is_news_or_a_problem_about_something)
{
    struct Row
    {
        std::string kind, object, reason;
        bool is_problem;
        std::string cause, subject;
    };
    const std::vector<Row> rows{
        {"campaign.completed", "", "", false, "campaign.completed sms_1_ab", "Campaign \"Spring\" is completed"},
        {"campaign.paused", "", "", false, "campaign.paused sms_1_ab", "Campaign \"Spring\" is paused"},
        {"campaign.paused", "", "Filtered", true, "campaign.paused sms_1_ab", "Campaign \"Spring\" is paused"},
        {"budget.reached", "2026-03-31", "Used up", true, "budget.reached 2026-03-31", "The daily budget is used up"},
        {"sender.paused", "+15005550006", "No", true, "sender.paused +15005550006",
         "Twilio refuses the sender +15005550006"},
        {"sender.paused", "", "No", true, "sender.paused", "Twilio refuses your Messaging Service"},
        {"account.paused", "", "No", true, "account.paused", "Twilio refuses your Twilio account"},
        {"sender.resumed", "+15005550006", "", true, "sender.resumed +15005550006",
         "The sender +15005550006 sends again"},
        {"account.resumed", "", "", true, "account.resumed", "Your Twilio account sends again"},
    };
    for (const Row& row : rows) {
        db::NotableEvent event = event_of(row.kind);
        event.object = row.object;
        event.reason = row.reason;
        const db::Notification notification = notification_of(event);
        BOOST_TEST(notification.is_problem == row.is_problem, row.kind);
        BOOST_TEST(notification.cause == row.cause);
        BOOST_TEST(notification.subject == row.subject);
        BOOST_TEST(says(notification, "What to do: "), row.kind);
        BOOST_TEST(says(notification, "https://texts.example.com/#/"), row.kind);
    }
}

BOOST_AUTO_TEST_CASE(the_budget_of_each_key_is_a_problem_of_its_own)
{
    db::NotableEvent event = event_of("budget.reached");
    event.object = "2026-03-31";
    event.principal = "key:shop";
    const db::Notification notification = notification_of(event);
    BOOST_TEST(notification.is_problem);
    BOOST_TEST(notification.cause == "budget.reached 2026-03-31 key:shop");
    BOOST_TEST(notification.subject == "The daily budget of the key \"shop\" is used up");
    BOOST_TEST(!says(notification, "DAILY_BUDGET"));
}

BOOST_AUTO_TEST_CASE(other_events_are_nothing_to_notify_of)
{
    for (const char* kind : {"", "campaign.started", "campaign.resumed", "campaign.canceled", "message.delivered",
                             "reply.received", "opt_out.created"})
        BOOST_TEST(!notify::about_event(event_of(kind), dashboard).has_value(), kind);
}

BOOST_AUTO_TEST_CASE(a_sign_in_names_the_account_and_the_address_and_its_cause_is_the_network)
{
    const db::NewSignIn sign_in{"ana@example.com", "2001:db8:1:2::7", "2001:db8:1:2::/64"};
    const db::Notification notification = notify::about_sign_in(sign_in, dashboard);
    BOOST_TEST(notification.is_problem);
    BOOST_TEST(notification.cause == "sign-in ana@example.com 2001:db8:1:2::/64");
    BOOST_TEST(says(notification, "ana@example.com signed in from 2001:db8:1:2::7"));
    BOOST_TEST(says(notification, "waybill user password ana@example.com"));
}

BOOST_AUTO_TEST_CASE(a_completed_campaign_comes_with_its_figures)
{
    db::NotableEvent event = event_of("campaign.completed");
    event.total = 100;
    event.delivered = 90;
    event.failed = 4;
    event.unknown = 1;
    event.replies = 1;
    event.opt_outs = 2;
    const db::Notification notification = notification_of(event);
    BOOST_TEST(says(notification, "So far 90 of 100 texts arrived, 4 did not, and of 1 it is not known."));
    BOOST_TEST(says(notification, "Reports on 5 more are on their way."));
    BOOST_TEST(says(notification, "1 reply came in, and 2 people opted out."));
    event = event_of("campaign.completed");
    event.total = event.delivered = 1;
    BOOST_TEST(says(notification_of(event), "So far 1 of 1 text arrived, 0 did not. 0 replies came in"));
}

BOOST_AUTO_TEST_CASE(a_pause_gives_its_reason_and_a_refusal_its_code)
{
    db::NotableEvent event = event_of("campaign.paused");
    event.reason = "Carriers filter it as spam";
    BOOST_TEST(says(notification_of(event), "Waybill paused it. Carriers filter it as spam."));
    event = event_of("account.paused");
    event.error_code = 20003;
    event.reason = "The credentials are wrong.";
    BOOST_TEST(says(notification_of(event), "(error 20003), so its texts wait. The credentials are wrong.\n"));
}

BOOST_AUTO_TEST_CASE(without_a_known_url_there_is_no_link)
{
    const auto notification = notify::about_event(event_of("campaign.completed"), "");
    BOOST_TEST(notification->body.find("#/") == std::string::npos);
}

BOOST_AUTO_TEST_CASE(what_the_processes_notice_has_causes_of_its_own)
{
    BOOST_TEST(notify::about_silent_receipts("").cause == "receipts.silent");
    BOOST_TEST(notify::about_journal(1, "").body.find("1 delivery report was kept") != std::string::npos);
    BOOST_TEST(notify::about_journal(3, "").body.find("3 delivery reports were kept") != std::string::npos);
    const db::Notification disabled = notify::about_endpoint({3, "https://a.example/", "An event was refused"}, "");
    BOOST_TEST(disabled.cause == "endpoint.disabled 3");
    BOOST_TEST(says(disabled, "An event was refused."));
    BOOST_TEST(!says(disabled, "https://a.example/"));
}

BOOST_AUTO_TEST_CASE(pauses_between_attempts_grow_and_end)
{
    using namespace std::chrono_literals;
    const std::vector<std::chrono::milliseconds> pauses{5s, 1min, 5min, 30min};
    for (std::size_t failed = 1; failed <= pauses.size(); ++failed)
        BOOST_TEST((notify::pause_after(static_cast<int>(failed)) == pauses[failed - 1]), failed);
    BOOST_TEST(!notify::pause_after(5).has_value());
}

BOOST_AUTO_TEST_SUITE_END()
