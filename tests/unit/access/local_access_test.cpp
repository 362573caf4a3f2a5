#include "server/access/local_access.hpp"

#include "config/settings.hpp"
#include "server/access/socket_owner.hpp"
#include "server/http/message.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/test/unit_test.hpp>

#include <functional>
#include <unistd.h>

using namespace waybill;
using namespace waybill::access;

namespace
{

struct Case
{
    LocalFacts facts{true, false, true, 1000, true, false};
    http::BrowserRules rules;
    http::BrowserRequest request{.method = "GET", .path = "/api/campaigns", .host = "127.0.0.1:8000"};

    bool local() const { return is_truly_local(facts, {0, 1000}, rules, request); }
};

bool local_with(const std::function<void(Case&)>& change)
{
    Case changed;
    change(changed);
    return changed.local();
}

} // namespace

BOOST_AUTO_TEST_SUITE(access_local)

BOOST_AUTO_TEST_CASE(a_request_of_the_same_person_on_the_same_machine_is_local)
{
    BOOST_TEST(Case().local());
    for (const std::string_view host : {"localhost", "LOCALHOST:80", "127.0.0.1", "[::1]:8000"})
        BOOST_TEST(local_with([host](Case& c) { c.request.host = host; }), host);
    BOOST_TEST(local_with([](Case& c) { c.facts.owner = 0; }));
    BOOST_TEST(local_with([](Case& c) { c.request.origin = "http://127.0.0.1:8000"; }));
    BOOST_TEST(local_with([](Case& c) {
        c.request.origin = "http://localhost:3000";
        c.rules.cors_origins = {"http://localhost:3000"};
    }));
}

BOOST_AUTO_TEST_CASE(a_single_sign_of_something_else_ends_local_access)
{
    BOOST_TEST(!local_with([](Case& c) { c.facts.settings_allow = false; }));
    BOOST_TEST(!local_with([](Case& c) { c.facts.has_principals = true; }));
    BOOST_TEST(!local_with([](Case& c) { c.facts.is_loopback_peer = false; }));
    BOOST_TEST(!local_with([](Case& c) { c.facts.owner = 1001; }));
    BOOST_TEST(!local_with([](Case& c) { c.facts.owner.reset(); }));
    BOOST_TEST(!local_with([](Case& c) { c.facts.http_1_1 = false; }));
    BOOST_TEST(!local_with([](Case& c) { c.facts.was_forwarded = true; }));
    for (const std::string_view host : {"texts.example.com", "127.0.0.1.example.com", "127.0.0.2", "", "localhost."})
        BOOST_TEST(!local_with([host](Case& c) { c.request.host = host; }), host);
    for (const std::string_view origin : {"https://evil.example", "http://localhost:3000", "null"})
        BOOST_TEST(!local_with([origin](Case& c) { c.request.origin = origin; }), origin);
}

BOOST_AUTO_TEST_CASE(origins_that_are_not_on_this_machine_or_stand_for_all_never_count)
{
    for (const std::string listed : {"*", "https://app.example.com"})
        BOOST_TEST(!local_with([&](Case& c) {
            c.request.origin = "https://app.example.com";
            c.rules.cors_origins = {listed};
        }));
}

BOOST_AUTO_TEST_CASE(headers_of_proxies_are_recognized)
{
    for (const std::string_view name :
         {"Forwarded", "Via", "X-Forwarded-For", "x-forwarded-proto", "X-FORWARDED-HOST"}) {
        http::Headers headers;
        headers.add("Host", "localhost");
        headers.add(name, "anything");
        BOOST_TEST(was_forwarded(headers), name);
    }
    http::Headers headers;
    headers.add("X-Forward", "anything");
    BOOST_TEST(!was_forwarded(headers));
}

BOOST_AUTO_TEST_CASE(settings_of_a_server_for_others_forbid_it)
{
    config::Settings settings;
    BOOST_CHECK(!why_settings_forbid_local(settings));
    settings.public_base_url = "http://localhost:8000";
    BOOST_CHECK(!why_settings_forbid_local(settings));
    settings.public_base_url = "https://texts.example.com";
    BOOST_CHECK(why_settings_forbid_local(settings));
    settings.public_base_url.clear();
    settings.listen_address = "0.0.0.0";
    BOOST_CHECK(why_settings_forbid_local(settings));
    settings.listen_address = "127.0.0.1";
    settings.twilio.emplace();
    settings.twilio->api_base_url = "https://api.twilio.com";
    BOOST_CHECK(why_settings_forbid_local(settings));
}

BOOST_AUTO_TEST_CASE(the_kernel_names_the_owner_of_a_connection_for_as_long_as_it_is_connected)
{
    namespace ip = boost::asio::ip;
    boost::asio::io_context io;
    for (const ip::tcp::endpoint& any :
         {ip::tcp::endpoint(ip::address_v4::loopback(), 0), ip::tcp::endpoint(ip::address_v6::loopback(), 0)}) {
        ip::tcp::acceptor acceptor(io, any);
        ip::tcp::socket client(io), server(io);
        client.connect(acceptor.local_endpoint());
        acceptor.accept(server);
        const auto peer = server.remote_endpoint(), local = server.local_endpoint();
        const SocketEnds ends{peer.address().to_string(), local.address().to_string(), peer.port(), local.port()};
        BOOST_CHECK(owner_of_socket(ends) == ::geteuid());
        const auto found = find_socket(ends);
        BOOST_CHECK(!found || (found->is_connected && found->inode != 0));
        client.close();
        BOOST_CHECK(!owner_of_socket(ends)); // in FIN_WAIT, under root
        server.close();
        BOOST_CHECK(!owner_of_socket(ends)); // in TIME_WAIT
        acceptor.close();
        BOOST_CHECK(!owner_of_socket({ends.own, ends.other, 1, ends.other_port}));
    }
}

BOOST_AUTO_TEST_CASE(a_listening_socket_and_one_without_a_process_have_no_owner)
{
    BOOST_CHECK(owner_of(SocketState{true, 1000, 12}) == 1000U);
    BOOST_CHECK(!owner_of(SocketState{true, 1000, 0}));
    BOOST_CHECK(!owner_of(SocketState{false, 0, 12}));
}

BOOST_AUTO_TEST_CASE(the_owner_of_a_connection_stands_in_the_kernels_table)
{
    const std::string table =
        "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode\n"
        "   0: 0100007F:1F40 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 11 1\n"
        "   1: 0100007F:C001 0100007F:1F40 01 00000000:00000000 00:00000000 00000000  1000        0 12 1\n"
        "   2: 0100007F:1F40 0100007F:C001 01 00000000:00000000 00:00000000 00000000     0        0 13 1\n"
        "   3: 0100007F:C002 0100007F:1F40 04 00000000:00000000 00:00000000 00000000     0        0 0 1\n"
        "   4: 0100007F:C003 0100007F:1F40 01 00000000:00000000 00:00000000 00000000     0        0 0 1\n";
    const auto owner = [&](std::uint16_t port) {
        return owner_in_table(table, {"127.0.0.1", "127.0.0.1", port, 0x1F40});
    };
    BOOST_CHECK(owner(0xC001) == 1000U);
    BOOST_CHECK(!owner(0xC002)); // closed: the kernel lists it under root
    BOOST_CHECK(!owner(0xC003)); // in no process
    BOOST_CHECK(!owner(0xC004));
    const std::string six = "   0: 00000000000000000000000001000000:C001 00000000000000000000000001000000:1F40 01 "
                            "00000000:00000000 00:00000000 00000000  1000        0 12 1\n";
    BOOST_CHECK(owner_in_table(six, {"::1", "::1", 0xC001, 0x1F40}) == 1000U);
    BOOST_CHECK(!owner_in_table("", {"::1", "::1", 0xC001, 0x1F40}));
}

BOOST_AUTO_TEST_SUITE_END()
