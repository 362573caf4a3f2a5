#include "server/http/server/multipart.hpp"

#include "server/http/header_fields.hpp"

#include <boost/test/unit_test.hpp>

#include <array>

using namespace waybill::http;

namespace
{

struct Outcome
{
    MultipartForm form;
    int refused = 0; // the status, 0: accepted
    std::string sentence;
};

Outcome read(std::string_view boundary, std::string_view body, std::size_t step)
{
    MultipartReader reader(boundary);
    Outcome outcome;
    std::optional<Response> refusal;
    while (!body.empty() && !refusal) {
        refusal = reader.feed(body.substr(0, step));
        body.remove_prefix(std::min(step, body.size()));
    }
    if (!refusal) refusal = reader.finish();
    if (refusal) outcome.refused = refusal->status;
    if (refusal) outcome.sentence = refusal->body;
    outcome.form = reader.take_form();
    return outcome;
}

std::string content_of(const FilePart& part)
{
    std::string content(part.content.size(), '\0');
    part.content.read(0, content.data(), content.size());
    return content;
}

std::string field(std::string_view name, std::string_view value)
{
    return "--b\r\nContent-Disposition: form-data; name=\"" + std::string(name) + "\"\r\n\r\n" + std::string(value) +
           "\r\n";
}

std::string file(std::string_view file_name, std::string_view content)
{
    return "--b\r\nContent-Disposition: form-data; name=\"list\"; filename=\"" + std::string(file_name) +
           "\"\r\nContent-Type: text/csv\r\n\r\n" + std::string(content) + "\r\n";
}

} // namespace

BOOST_AUTO_TEST_SUITE(http_multipart)

BOOST_AUTO_TEST_CASE(the_boundary_may_be_quoted_and_every_legal_one_is_taken)
{
    const std::array<std::pair<const char*, const char*>, 8> rows{{
        {"multipart/form-data; boundary=abc", "abc"},
        {"multipart/form-data; boundary=\"abc\"", "abc"},
        {"Multipart/Form-Data;charset=utf-8 ; BOUNDARY = abc ", "abc"},
        {"multipart/form-data; boundary=\"a b:c?d\"", "a b:c?d"},
        {"multipart/form-data; boundary='()+_,-./=?", "'()+_,-./=?"},
        {"multipart/form-data; boundary=----WebKitFormBoundary7MA4YWxkTrZu0gW",
         "----WebKitFormBoundary7MA4YWxkTrZu0gW"},
        {"multipart/form-data; x=\"; boundary=no\"; boundary=yes", "yes"},
        {"multipart/form-data; boundary=0123456789012345678901234567890123456789012345678901234567890123456789",
         "0123456789012345678901234567890123456789012345678901234567890123456789"},
    }};
    for (const auto& [type, boundary] : rows) {
        const auto found = multipart_boundary(type);
        BOOST_TEST(!found.refusal, type);
        BOOST_TEST(found.text == boundary);
    }
}

BOOST_AUTO_TEST_CASE(another_content_type_or_a_bad_boundary_is_refused)
{
    const std::string too_long(71, 'x');
    const std::array<std::pair<std::string, int>, 9> rows{{
        {"", 400},
        {"text/csv", 400},
        {"application/x-www-form-urlencoded", 400},
        {"multipart/form-data", 400},
        {"multipart/form-data; boundary=", 400},
        {"multipart/form-data; boundary=\"a\tb\"", 400},
        {"multipart/form-data; boundary=" + too_long, 400},
        {"application/json; charset=utf-8", 422},
        {"application/vnd.api+json", 422},
    }};
    for (const auto& [type, status] : rows) {
        const auto found = multipart_boundary(type);
        BOOST_TEST(found.refusal.has_value(), type);
        BOOST_TEST(found.refusal->status == status, type);
        BOOST_TEST(found.refusal->body.find("multipart/form-data") != std::string::npos);
    }
    BOOST_TEST(multipart_boundary("application/json").refusal->body.find(R"("detail":[{"loc":["body"],)") !=
               std::string::npos);
}

BOOST_AUTO_TEST_CASE(fields_and_files_arrive_whole_however_the_body_is_cut)
{
    const std::string content = "a,b\r\n\r\n--b1 no\r\n--bx\r\n-\r\n--\r\r\n";
    const std::string body = "preamble\r\n" + field("offer", "20 % off\r\n--") + file("list.csv", content) +
                             field("empty", "") + field("offer", "last") + "--b--\r\nepilogue\r\n--b\r\n";
    for (const std::size_t step : {1, 2, 3, 5, 7, 11, 64, 4096}) {
        const auto outcome = read("b", body, step);
        BOOST_TEST(outcome.refused == 0, outcome.sentence);
        BOOST_TEST(outcome.form.fields.size() == 2u);
        BOOST_TEST(outcome.form.fields.at("offer") == "last");
        BOOST_TEST(outcome.form.fields.at("empty") == "");
        BOOST_TEST(outcome.form.files.at("list").file_name == "list.csv");
        BOOST_TEST(content_of(outcome.form.files.at("list")) == content);
    }
}

BOOST_AUTO_TEST_CASE(blanks_behind_a_boundary_and_a_missing_last_line_end_are_fine)
{
    const auto outcome = read("b", "--b \t\r\ncontent-disposition:form-data;name=a\r\nX: y\r\n\r\n1\r\n--b--", 4096);
    BOOST_TEST(outcome.refused == 0, outcome.sentence);
    BOOST_TEST(outcome.form.fields.at("a") == "1");
}

BOOST_AUTO_TEST_CASE(a_large_file_is_spooled_and_its_fields_stay_small)
{
    const std::string content(3 << 20, '\r');
    const auto outcome = read("b", file("big", content) + "--b--", 64 * 1024);
    BOOST_TEST(outcome.refused == 0);
    BOOST_CHECK(content_of(outcome.form.files.at("list")) == content);
}

BOOST_AUTO_TEST_CASE(a_file_control_left_empty_is_no_file)
{
    BOOST_TEST(read("b", file("", "") + "--b--", 4096).form.files.empty());
    BOOST_TEST(read("b", file("", "x") + "--b--", 4096).form.files.size() == 1u);
    BOOST_TEST(read("b", file("x.csv", "") + "--b--", 4096).form.files.size() == 1u);
}

BOOST_AUTO_TEST_CASE(malformed_and_oversized_bodies_are_refused)
{
    std::string many;
    for (int part = 0; part <= 64; ++part)
        many += field("f", "x");
    struct Row
    {
        const char* what;
        std::string body;
        int status;
    };
    const std::array rows{
        Row{"nothing", "", 400},
        Row{"another boundary", "--c\r\nContent-Disposition: form-data; name=a\r\n\r\n1\r\n--c--\r\n", 400},
        Row{"no end", field("a", "1"), 400},
        Row{"cut in a head", "--b\r\nContent-Dispos", 400},
        Row{"cut in the last boundary", field("a", "1") + "--b-", 400},
        Row{"no Content-Disposition", "--b\r\nContent-Type: text/plain\r\n\r\nx\r\n--b--", 400},
        Row{"an empty head", "--b\r\n\r\nx\r\n--b--", 400},
        Row{"no name", "--b\r\nContent-Disposition: form-data; filename=x\r\n\r\nx\r\n--b--", 400},
        Row{"not form-data", "--b\r\nContent-Disposition: attachment; name=x\r\n\r\nx\r\n--b--", 400},
        Row{"text behind a boundary", "--b x\r\nContent-Disposition: form-data; name=a\r\n\r\n1\r\n--b--", 400},
        Row{"a head without end", "--b\r\n" + std::string(20'000, 'x'), 400},
        Row{"blanks without end", "--b" + std::string(20'000, ' '), 400},
        Row{"a long field", field("a", std::string(64 * 1024 + 1, 'x')) + "--b--", 413},
        Row{"many parts", many + "--b--", 413},
    };
    for (const auto& row : rows)
        for (const std::size_t step : {1, 4096})
            BOOST_TEST(read("b", row.body, step).refused == row.status, row.what);
    BOOST_TEST(read("b", field("a", std::string(64 * 1024, 'x')) + "--b--", 999).refused == 0);
}

BOOST_AUTO_TEST_CASE(file_names_come_as_the_browser_gave_them)
{
    const std::array<std::pair<const char*, const char*>, 9> rows{{
        {R"(filename="list.csv")", "list.csv"},
        {R"(filename=list.csv)", "list.csv"},
        {R"(filename="a \"b\"; c.csv")", "a \"b\"; c.csv"},
        {R"(filename="a\\b.csv")", "a\\b.csv"},
        {R"(filename="C:\lists\new.csv")", "C:\\lists\\new.csv"},
        {R"(FileName="x=y;z.csv" ; other)", "x=y;z.csv"},
        {R"(filename="plain.csv"; filename*=UTF-8''na%C3%AFve.csv)", "na\xC3\xAFve.csv"},
        {R"(filename*=utf-8'en'%41.csv; filename="plain.csv")", "A.csv"},
        {R"(filename="plain.csv"; filename*=ISO-8859-1''%E9.csv)", "plain.csv"},
    }};
    for (const auto& [parameter, name] : rows) {
        const auto head = "X: y\r\nContent-Disposition: form-data; name=\"a;\\\"b\"; " + std::string(parameter);
        const auto disposition = parse_part_head(head);
        BOOST_TEST(disposition.has_value());
        BOOST_TEST(disposition->name == "a;\"b");
        BOOST_TEST(disposition->file_name.value_or("none") == name, parameter);
    }
    BOOST_TEST(!parse_part_head("Content-Disposition: form-data; name=a")->file_name);
}

BOOST_AUTO_TEST_SUITE_END()
