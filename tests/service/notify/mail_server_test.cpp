#include "server/cli/commands.hpp"
#include "tests/support/credentials.hpp"
#include "tests/support/mail_receiver.hpp"
#include "tests/support/polling.hpp"
#include "tests/support/service.hpp"

#include <boost/test/unit_test.hpp>

#include <cstdlib>
#include <sstream>
#include <string>

using namespace waybill;

namespace
{

constexpr std::chrono::seconds patience{60};

test::ServiceOptions mailing(const std::string& smtp_url)
{
    test::ServiceOptions options;
    options.settings.smtp_url = smtp_url;
    options.settings.smtp_from = "waybill@example.com";
    return options;
}

} // namespace

BOOST_AUTO_TEST_SUITE(sign_ins_from_new_addresses)

BOOST_AUTO_TEST_CASE(a_sign_in_from_a_new_address_is_a_problem_and_comes_once)
{
    const test::TestDatabase database;
    test::add_user(database, "ana@example.com", "operator");
    database.exec("insert into notification_addresses (kind, address, preset, created_by) "
                  "values ('email', 'bob@example.com', 'problems', 'local')");
    test::MailReceiver mail;
    test::ServiceOptions options = mailing(mail.url());
    options.settings.trusted_proxies = {"127.0.0.1"};
    test::Service service(database, options);
    test::wait_until_closed(service);
    const auto sign_in_from = [&](const std::string& address) {
        const std::string request =
            test::json_request("/api/auth/login", {{"email", "ana@example.com"}, {"password", test::password}});
        BOOST_TEST(service.ask(test::with_header(request, "X-Forwarded-For", address)).status == 200);
    };
    // The first address of an account is no news, and neither are more of the same network.
    for (const char* address : {"2001:db8:1:2::7", "2001:db8:1:2::8", "203.0.113.9", "203.0.113.9"})
        sign_in_from(address);
    test::wait_until(
        "the mail has arrived", [&] { return mail.count("signed in from 203.0.113.9") == 1; }, patience);
    sign_in_from("2001:db8:1:3::7");
    test::wait_until(
        "the mail has arrived", [&] { return mail.count("signed in from 2001:db8:1:3::7") == 1; }, patience);
    BOOST_TEST(database.number("select count(*) from notifications where cause like 'sign-in ana@example.com %'") == 2);
    BOOST_TEST(mail.mails().size() == 2U);
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(faulty_mail_servers)

BOOST_AUTO_TEST_CASE(settings_that_cannot_work_are_shown_and_texts_are_sent_all_the_same)
{
    for (const char* url : {"mail.example.com", "smtp://127.0.0.1:1"}) {
        const test::TestDatabase database;
        test::Service service(database, mailing(url));
        test::wait_until(
            "the fault is shown",
            [&] { return service.get_json("/api/system").at("notifications").at("mail").as_string() == "faulty"; },
            patience);
        const auto created = service.created(test::CampaignUpload().file(test::lapsed_customers(2)));
        service.wait_until_final(created.at("campaignId").as_string());
    }
}

BOOST_AUTO_TEST_CASE(waybill_check_reports_them_and_succeeds_all_the_same)
{
    const test::TestDatabase database;
    const auto checked = [&](const std::string& url, const std::string& from) {
        config::Settings settings;
        settings.database_url = database.url();
        settings.smtp_url = url;
        settings.smtp_from = from;
        std::ostringstream out;
        BOOST_TEST(cli::run_check(settings, {}, out) == EXIT_SUCCESS, out.str());
        return out.str();
    };
    const auto says = [](const std::string& page, const std::string& words) {
        return page.find(words) != std::string::npos;
    };
    const std::string unreachable = checked("smtp://127.0.0.1:1", "waybill@example.com");
    BOOST_TEST(says(unreachable, "e-mail       FAILED: the mail server cannot be used"), unreachable);
    const std::string malformed = checked("smtp://127.0.0.1:1", "waybill");
    BOOST_TEST(says(malformed, "e-mail       FAILED: SMTP_FROM must be the address"), malformed);
    const test::MailReceiver mail;
    BOOST_TEST(says(checked(mail.url(), "waybill@example.com"), "e-mail       the mail server accepts us"));
}

BOOST_AUTO_TEST_SUITE_END()
