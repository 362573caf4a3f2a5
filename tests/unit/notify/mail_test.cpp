#include "server/notify/mail.hpp"

#include "server/notify/chat.hpp"

#include <boost/test/unit_test.hpp>

#include <chrono>
#include <string>
#include <vector>

using namespace waybill;

namespace
{

notify::MailOptions usable()
{
    return {"smtp://mail.example.com:587", "waybill", "secret", "waybill@example.com", false};
}

std::string head_with(const std::string& subject)
{
    const std::string text =
        notify::written({"waybill@example.com", "ana@example.com", subject, "Hello"}, db::Time(), "1.2");
    return text.substr(0, text.find("\r\n\r\n") + 2);
}

} // namespace

BOOST_AUTO_TEST_SUITE(notification_mail)

BOOST_AUTO_TEST_CASE(settings_that_cannot_work_are_named)
{
    BOOST_TEST(notify::fault_of({}) == "");
    BOOST_TEST(notify::fault_of(usable()) == "");
    for (const char* url : {"mail.example.com", "http://mail.example.com", "smtp://", "smtp://mail.example.com/inbox",
                            "smtp://user@mail.example.com", "smtp://mail.example.com:99999", "smtp://a b"}) {
        notify::MailOptions options = usable();
        options.url = url;
        BOOST_TEST(notify::fault_of(options).starts_with("SMTP_URL "), url);
    }
    notify::MailOptions options = usable();
    options.from = "waybill";
    BOOST_TEST(notify::fault_of(options).starts_with("SMTP_FROM "));
    options = usable();
    options.password = "";
    BOOST_TEST(notify::fault_of(options).starts_with("SMTP_USER "));
}

BOOST_AUTO_TEST_CASE(passwords_cross_the_network_encrypted_only)
{
    notify::MailOptions options = usable();
    BOOST_TEST(notify::must_encrypt(options));
    options.allows_clear_text = true;
    BOOST_TEST(!notify::must_encrypt(options));
    options = usable();
    options.url = "smtp://127.0.0.1:25";
    BOOST_TEST(!notify::must_encrypt(options));
}

BOOST_AUTO_TEST_CASE(addresses_are_plain_ones)
{
    for (const char* address : {"ana@example.com", "ana+texts@mail.example.com", "o'hara@example.com"})
        BOOST_TEST(notify::is_mail_address(address), address);
    for (const char* address :
         {"", "ana", "@example.com", "ana@", "ana@b@c", "ana @example.com", "<ana@example.com>",
          "ana@example.com\r\nBcc: eve@example.com", "ana@example.com,eve@example.com", "\xc3\xa4na@example.com"})
        BOOST_TEST(!notify::is_mail_address(address), address);
    BOOST_TEST(!notify::is_mail_address(std::string(250, 'a') + "@b.example"));
}

BOOST_AUTO_TEST_CASE(a_mail_is_ascii_with_crlf_and_its_subject_adds_no_header)
{
    BOOST_TEST(head_with("Hello") ==
               "From: Waybill <waybill@example.com>\r\nTo: <ana@example.com>\r\nSubject: Hello\r\n"
               "Date: Thu, 1 Jan 1970 00:00:00 +0000\r\nMessage-ID: <1.2@example.com>\r\n"
               "Auto-Submitted: auto-generated\r\nMIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\n"
               "Content-Transfer-Encoding: base64\r\n");
    BOOST_TEST(head_with("A\r\nBcc: eve@example.com").find("\r\nBcc") == std::string::npos);
    const std::string head = head_with("Caf\xc3\xa9");
    BOOST_TEST(head.find("Subject: =?UTF-8?B?Q2Fmw6k=?=\r\n") != std::string::npos);
    std::string accents;
    for (int each = 0; each < 100; ++each)
        accents += "\xc3\xa9";
    for (std::size_t from = 0, end; (end = head_with("x" + accents).find("\r\n", from)) != std::string::npos;
         from = end + 2)
        BOOST_TEST(end - from <= 90U);
    const std::string text = notify::written({"a@b.example", "c@d.example", "S", "One\nTwo"}, db::Time(), "1");
    BOOST_TEST(text.ends_with("\r\n\r\nT25lDQpUd28=\r\n"));
}

BOOST_AUTO_TEST_CASE(a_chat_gets_text_in_which_nothing_is_a_link_or_a_mention)
{
    BOOST_TEST(notify::chat_payload("A \"b\"", "<!channel> & more\nTwo") ==
               R"({"text":"*A \"b\"*\u000a&lt;!channel&gt; &amp; more\u000aTwo"})");
}

BOOST_AUTO_TEST_CASE(the_secret_of_a_chat_is_not_shown)
{
    BOOST_TEST(notify::shortened_chat_url("https://hooks.slack.com/services/T000/B000/abcdefgh1234") ==
               "https://hooks.slack.com/…1234");
    BOOST_TEST(notify::shortened_chat_url("https://chat.example.com/short") == "https://chat.example.com/…");
    BOOST_TEST(notify::shortened_chat_url("https://chat.example.com?token=12") == "https://chat.example.com/…");
    BOOST_TEST(notify::shortened_chat_url("https://chat.example.com") == "https://chat.example.com");
}

BOOST_AUTO_TEST_SUITE_END()
