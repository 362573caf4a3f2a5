#include "tests/support/raw_http.hpp"
#include "tests/support/running_server.hpp"

#include <boost/test/unit_test.hpp>

using namespace waybill;
using http::BodyKind;
using http::Request;
using http::Response;
using test::RawHttp;
using test::RunningServer;

namespace
{

http::asio::awaitable<Response> describe(Request request)
{
    std::string text;
    for (const auto& [name, value] : request.form->fields)
        text += name + "=" + value + ";";
    for (const auto& [name, part] : request.form->files)
        text += name + ":" + part.file_name + ":" + std::to_string(part.content.size()) + ";";
    co_return http::json_response(200, text + std::to_string(request.body.size()));
}

http::Router routes()
{
    http::Router router;
    router.add({"POST", "/upload", BodyKind::multipart, 4 << 20, describe});
    return router;
}

std::string upload(const std::string& type, const std::string& body)
{
    return "POST /upload HTTP/1.1\r\nHost: h\r\nContent-Type: " + type +
           "\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
}

std::string form(std::size_t file_size)
{
    return "--b\r\nContent-Disposition: form-data; name=\"offer\"\r\n\r\n20 %\r\n"
           "--b\r\nContent-Disposition: form-data; name=\"list\"; filename=\"l.csv\"\r\n\r\n" +
           std::string(file_size, 'x') + "\r\n--b--\r\n";
}

struct Service
{
    RunningServer server{routes()};
    RawHttp client{server.port()};
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(http_uploads, Service)

BOOST_AUTO_TEST_CASE(a_form_with_a_file_arrives)
{
    BOOST_TEST(client.ask(upload("multipart/form-data; boundary=b", form(3))).body == "offer=20 %;list:l.csv:3;0");
    BOOST_TEST(client.ask(upload("multipart/form-data; boundary=\"b\"", form(3 << 20))).body ==
               "offer=20 %;list:l.csv:3145728;0");
}

BOOST_AUTO_TEST_CASE(a_chunked_form_arrives_byte_by_byte)
{
    client.send("POST /upload HTTP/1.1\r\nHost: h\r\nContent-Type: multipart/form-data; boundary=b\r\n"
                "Transfer-Encoding: chunked\r\n\r\n");
    for (const char byte : form(5))
        client.send("1\r\n" + std::string(1, byte) + "\r\n");
    BOOST_TEST(client.ask("0\r\n\r\n").body == "offer=20 %;list:l.csv:5;0");
}

BOOST_AUTO_TEST_CASE(what_is_no_proper_form_is_refused)
{
    const std::string good = "multipart/form-data; boundary=b";
    const std::vector<std::pair<std::string, int>> rows{
        {upload("multipart/form-data", form(1)), 400},
        {upload("multipart/form-data; boundary=c", form(1)), 400},
        {upload("text/csv", "a,b"), 400},
        {upload("application/json", "{}"), 422},
        {upload(good, form(1).substr(0, 100)), 400},
        {upload(good, ""), 400},
        {upload(good, form((4 << 20) + 1)), 413},
    };
    for (const auto& [request, status] : rows) {
        RawHttp one(server.port());
        one.try_send(request);
        BOOST_TEST(one.receive().status == status, request.substr(0, 120));
    }
    BOOST_TEST(client.ask(upload(good, form(1))).status == 200);
}

BOOST_AUTO_TEST_CASE(a_long_form_field_is_refused_at_once)
{
    const std::string field = "--b\r\nContent-Disposition: form-data; name=a\r\n\r\n" + std::string(1 << 20, 'x');
    client.send(upload("multipart/form-data; boundary=b", field + "\r\n--b--"));
    BOOST_TEST(client.receive().status == 413);
}

BOOST_AUTO_TEST_CASE(an_upload_cut_short_is_refused)
{
    const std::string request = upload("multipart/form-data; boundary=b", form(1000));
    client.send(request.substr(0, request.size() - 500));
    client.finish_writing();
    BOOST_TEST(client.receive().status == 400);
}

BOOST_AUTO_TEST_SUITE_END()
