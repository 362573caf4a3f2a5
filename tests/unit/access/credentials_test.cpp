#include "server/access/password.hpp"
#include "server/access/sign_in.hpp"
#include "server/access/token.hpp"

#include <boost/test/unit_test.hpp>

#include <set>

using namespace waybill::access;
using std::chrono::seconds;

BOOST_AUTO_TEST_SUITE(access_credentials)

BOOST_AUTO_TEST_CASE(tokens_have_their_kind_and_never_repeat)
{
    std::set<std::string> seen;
    for (int i = 0; i < 1'000; ++i) {
        const std::string token = new_token(i % 2 == 0 ? TokenKind::key : TokenKind::session);
        BOOST_TEST(token.starts_with(i % 2 == 0 ? "wb_" : "ws_"));
        BOOST_CHECK(kind_of(token) == (i % 2 == 0 ? TokenKind::key : TokenKind::session));
        BOOST_TEST(seen.insert(token.substr(3)).second);
    }
}

BOOST_AUTO_TEST_CASE(what_has_not_the_form_of_a_token_is_none)
{
    const std::string token = new_token(TokenKind::key);
    for (const std::string& text : {std::string(), std::string("wb_"), token.substr(1), token + "A",
                                    token.substr(0, 45) + "=", "xx" + token.substr(2)})
        BOOST_CHECK_MESSAGE(!kind_of(text), text);
}

BOOST_AUTO_TEST_CASE(a_hash_is_sha_256)
{
    BOOST_TEST(hex_of(hash_of("abc")) == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    BOOST_TEST(same(hash_of("abc"), hash_of("abc")));
    BOOST_TEST(!same(hash_of("abc"), hash_of("abd")));
}

BOOST_AUTO_TEST_CASE(what_is_sealed_is_read_with_the_same_secret_alone)
{
    const std::string sealed = seal("15550100000", "secret");
    BOOST_TEST(sealed.find("555") == std::string::npos);
    BOOST_TEST(unseal(sealed, "secret").value_or("") == "15550100000");
    BOOST_TEST(seal("15550100000", "secret") != sealed);
    BOOST_CHECK(!unseal(sealed, "another secret"));
    BOOST_CHECK(!unseal(sealed.substr(1), "secret"));
    for (const std::string_view text : {"", "15550100000", "!!", "AAAA"})
        BOOST_CHECK(!unseal(text, "secret"));
}

BOOST_AUTO_TEST_CASE(a_password_has_at_least_twelve_characters_whatever_bytes_they_take)
{
    BOOST_TEST(fault_of_password("elevenchars").value_or("") == "must have at least 12 characters");
    BOOST_CHECK(!fault_of_password("twelve chars"));
    BOOST_CHECK(fault_of_password("äääääääääää"));
    BOOST_CHECK(!fault_of_password("ääääääääääää"));
    BOOST_CHECK(fault_of_password(std::string(1025, 'x')));
}

BOOST_AUTO_TEST_CASE(only_the_password_itself_fits_its_hash)
{
    const std::string hash = hash_password("correct horse battery");
    BOOST_TEST(hash.starts_with("$argon2id$v=19$m=65536,"));
    BOOST_TEST(is_password_of(hash, "correct horse battery"));
    BOOST_TEST(!is_password_of(hash, "correct horse batterz"));
    BOOST_TEST(!is_password_of("", "correct horse battery"));
    BOOST_TEST(hash_password("correct horse battery") != hash);
}

BOOST_AUTO_TEST_CASE(an_email_address_is_compared_in_lower_case)
{
    BOOST_TEST(normal_email("Ana@Example.COM").value_or("") == "ana@example.com");
    for (const std::string_view text : {"", "ana", "@example.com", "ana@", "a na@example.com", "a@b@c", "a@b,c@d"})
        BOOST_CHECK_MESSAGE(!normal_email(text), text);
}

BOOST_AUTO_TEST_CASE(failures_delay_the_next_attempt_longer_and_longer)
{
    const struct
    {
        Counted what;
        int failures;
        seconds delay;
    } cases[] = {
        {Counted::account_and_address, 2, seconds(0)},
        {Counted::account_and_address, 3, seconds(1)},
        {Counted::account_and_address, 8, seconds(32)},
        {Counted::account_and_address, 1'000, seconds(900)},
        {Counted::address, 19, seconds(0)},
        {Counted::address, 20, seconds(1)},
        {Counted::address, 1'000'000, seconds(900)},
        {Counted::account, 9, seconds(0)},
        {Counted::account, 10, seconds(1)},
        {Counted::account, 1'000'000, seconds(30)},
    };
    for (const auto& each : cases)
        BOOST_CHECK_MESSAGE(delay_after(each.what, each.failures) == each.delay, each.failures);
}

BOOST_AUTO_TEST_CASE(attempts_are_counted_by_account_and_by_network)
{
    const auto counts = counts_of("ana@example.com", "2001:db8:1:2:3:4:5:6", false);
    BOOST_REQUIRE(counts.size() == 3U);
    BOOST_TEST(counts[0].key == "both ana@example.com 2001:db8:1:2::/64");
    BOOST_TEST(counts[1].key == "address 2001:db8:1:2::/64");
    BOOST_TEST(counts[2].key == "account ana@example.com");
    BOOST_TEST(counts_of("ana@example.com", "::ffff:192.0.2.1", false)[1].key == "address 192.0.2.1");
    BOOST_TEST(counts_of("ana@example.com", "192.0.2.1", true).size() == 2U);
}

BOOST_AUTO_TEST_CASE(cookies_are_bound_to_their_transport)
{
    BOOST_TEST(name_of(Cookie::session, true) == "__Host-waybill");
    BOOST_TEST(name_of(Cookie::session, false) == "waybill");
    BOOST_TEST(set_cookie("waybill", "x", false, std::nullopt) == "waybill=x; Path=/; HttpOnly; SameSite=Strict");
    BOOST_TEST(set_cookie("__Host-waybill", "x", true, seconds(5)) ==
               "__Host-waybill=x; Path=/; HttpOnly; SameSite=Strict; Max-Age=5; Secure");
}

BOOST_AUTO_TEST_CASE(a_cookie_is_found_by_its_whole_name)
{
    const std::string_view header = "a=1; __Host-waybill=two ;waybill=three; xwaybill=four";
    BOOST_TEST(cookie_in(header, "waybill").value_or("") == "three");
    BOOST_TEST(cookie_in(header, "__Host-waybill").value_or("") == "two");
    BOOST_CHECK(!cookie_in(header, "b"));
    BOOST_CHECK(!cookie_in("", "waybill"));
}

BOOST_AUTO_TEST_SUITE_END()
