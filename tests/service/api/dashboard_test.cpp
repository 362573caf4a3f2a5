#include "tests/support/service.hpp"

#include <boost/test/unit_test.hpp>

using namespace waybill::test;

namespace
{

std::string asking_for(std::string_view target, std::string_view header)
{
    std::string request("GET ");
    return request.append(target).append(" HTTP/1.1\r\nHost: 127.0.0.1\r\n").append(header).append("\r\n\r\n");
}

} // namespace

BOOST_AUTO_TEST_SUITE(dashboard)

BOOST_AUTO_TEST_CASE(the_page_lets_in_no_script_but_its_own)
{
    TestDatabase database;
    const Service service(database);
    const RawReply page = service.get("/");
    BOOST_TEST(page.status == 200);
    BOOST_TEST(page.field("Content-Type") == "text/html; charset=utf-8");
    BOOST_TEST(page.field("Content-Security-Policy").starts_with("default-src 'self';"));
    BOOST_TEST(page.field("Content-Security-Policy").find("unsafe") == std::string::npos);
    BOOST_TEST(page.field("X-Content-Type-Options") == "nosniff");
    BOOST_TEST(page.body.starts_with("<!doctype html>"));
    BOOST_TEST(service.get("/assets/shell/app.js").field("Content-Type") == "text/javascript; charset=utf-8");
    BOOST_TEST(service.get("/assets/nothing.js").status == 404);
}

BOOST_AUTO_TEST_CASE(a_file_is_compressed_for_who_takes_that_and_sent_once)
{
    TestDatabase database;
    const Service service(database);
    const RawReply plain = service.get("/assets/chart.min.js");
    const RawReply compressed = service.ask(asking_for("/assets/chart.min.js", "Accept-Encoding: gzip, deflate, br"));
    BOOST_TEST(plain.field("Content-Encoding") == "");
    BOOST_TEST(compressed.field("Content-Encoding") == "gzip");
    BOOST_TEST(compressed.body.starts_with("\x1f\x8b"));
    BOOST_TEST(compressed.body.size() * 2 < plain.body.size());
    const std::string tag = compressed.field("ETag");
    const RawReply again =
        service.ask(asking_for("/assets/chart.min.js", "Connection: close\r\nIf-None-Match: " + tag));
    BOOST_TEST(again.status == 304);
    BOOST_TEST(again.body == "");
    BOOST_TEST(service.ask(asking_for("/assets/chart.min.js", "If-None-Match: \"other\"")).status == 200);
}

BOOST_AUTO_TEST_CASE(the_page_is_there_while_the_database_is_not)
{
    TestDatabase database;
    database.go_away();
    ServiceOptions options;
    options.begins_ready = false;
    const Service service(database, options);
    BOOST_TEST(service.get("/").status == 200);
    database.come_back();
}

BOOST_AUTO_TEST_SUITE_END()
