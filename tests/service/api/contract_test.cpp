#include "tests/support/service.hpp"

#include <boost/json/array.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <boost/test/unit_test.hpp>

#include <set>

using namespace waybill;
using test::CampaignUpload;
using test::json_of;
using test::json_request;
using test::lapsed_customers;
using test::RawReply;
using test::Service;
using test::TestDatabase;

namespace json = boost::json;

namespace
{

// The document, and whether values fit its schemas as far as their keys go.
class Contract
{
public:
    explicit Contract(const Service& service) : document_(json_of(service.get("/api/openapi.json"))) {}

    // The reply has every required key of its documented schema, and none besides the documented ones.
    void check(const std::string& method, const std::string& path, const RawReply& reply) const
    {
        const json::value& responses = document_.at("paths").at(path).at(method).at("responses");
        const json::value& content = responses.at(std::to_string(reply.status)).at("content").at("application/json");
        check_value(json_of(reply), content.at("schema").as_object(), method + " " + path);
    }

private:
    const json::object& resolved(const json::object& schema) const
    {
        const json::value* reference = schema.if_contains("$ref");
        if (reference == nullptr) return schema;
        const auto name = reference->as_string().subview(std::string_view("#/components/schemas/").size());
        return document_.at("components").at("schemas").at(name).as_object();
    }

    void check_value(const json::value& value, const json::object& schema, const std::string& place) const
    {
        const json::object& shape = resolved(schema);
        if (const json::value* any = shape.if_contains("anyOf"); any != nullptr && !value.is_null())
            return check_value(value, any->as_array().at(value.is_array() ? 1 : 0).as_object(), place);
        if (value.is_array() && shape.contains("items"))
            for (const json::value& each : value.as_array())
                check_value(each, shape.at("items").as_object(), place + "[]");
        const json::value* properties = shape.if_contains("properties");
        if (properties == nullptr || !value.is_object()) return;
        for (const auto& [name, member] : value.as_object()) {
            const std::string full = place + "." + std::string(name);
            const json::value* property = properties->as_object().if_contains(name);
            BOOST_TEST((property != nullptr), full);
            if (property != nullptr) check_value(member, property->as_object(), full);
        }
        if (const json::value* required = shape.if_contains("required"))
            for (const json::value& name : required->as_array())
                BOOST_TEST(value.as_object().contains(name.as_string()), place + "." + std::string(name.as_string()));
    }

    json::value document_;
};

std::string code_of(const RawReply& reply)
{
    return std::string(json_of(reply).at("code").as_string());
}

} // namespace

BOOST_AUTO_TEST_SUITE(contract)

BOOST_AUTO_TEST_CASE(replies_have_the_keys_that_the_document_promises)
{
    TestDatabase database;
    Service service(database);
    const Contract contract(service);
    const RawReply created = service.create(CampaignUpload().file(lapsed_customers(2) + "Eve,12,2020-01-01\n"));
    contract.check("post", "/api/campaigns/sms", created);
    const std::string id(json_of(created).at("data").at("campaignId").as_string());
    contract.check("post", "/api/campaigns/sms/preview", service.preview(CampaignUpload().file(lapsed_customers(2))));
    const RawReply sent = service.ask(json_request("/api/messages", {{"to", "+15550100001"}, {"body", "Hi"}}));
    contract.check("post", "/api/messages", sent);
    service.wait_until_final(id);
    const std::string message(json_of(sent).at("id").as_string());
    contract.check("get", "/api/messages/{id}", service.get("/api/messages/" + message));
    contract.check("get", "/api/campaigns/sms/status/{id}", service.get("/api/campaigns/sms/status/" + id));
    contract.check("get", "/api/campaigns/{id}", service.get("/api/campaigns/" + id));
    for (const std::string rest : {"/messages", "/replies", "/timeline"})
        contract.check("get", "/api/campaigns/{id}" + rest, service.get("/api/campaigns/" + id + rest));
    for (const std::string path :
         {"/api/campaigns", "/api/opt-outs", "/api/reports/overview", "/api/errors", "/api/system", "/api/health",
          "/api/senders", "/api/audit", "/api/auth/me", "/api/users", "/api/keys"})
        contract.check("get", path, service.get(path));
    contract.check("get", "/api/campaigns/{id}", service.get("/api/campaigns/none"));
    contract.check("post", "/api/campaigns/sms", service.create(CampaignUpload()));
    contract.check("post", "/api/campaigns/sms", service.create(CampaignUpload().file("a,b\n1,2\n")));
    contract.check("put", "/api/opt-outs/{phone}", service.ask(test::get_request("/api/opt-outs/+15550100009", "PUT")));
    contract.check("get", "/api/people/{number}", service.get("/api/people/+15550100001"));
}

BOOST_AUTO_TEST_CASE(what_a_request_may_not_say_is_refused_with_what_it_may_say)
{
    TestDatabase database;
    Service service(database);
    RawReply reply = service.get("/api/campaigns?status=completed&limit=3");
    BOOST_TEST(reply.status == 422);
    BOOST_TEST(code_of(reply) == "unknown_parameters");
    BOOST_TEST(json_of(reply).at("error").as_string() == "status: is not known; known are limit, cursor, search");
    BOOST_TEST((json_of(reply).at("detail").at(0).at("loc") == json::value{"query", "status"}));

    reply = service.ask(json_request("/api/messages", {{"to", "+15550100001"}, {"body", "Hi"}, {"text", "Hi"}}));
    BOOST_TEST(reply.status == 422);
    BOOST_TEST(code_of(reply) == "unknown_fields");
    BOOST_TEST(reply.body.find("known are to, body, from") != std::string::npos, reply.body);

    reply = service.create(CampaignUpload().file(lapsed_customers(1)).with("maxcost", "1.00"));
    BOOST_TEST(reply.status == 422);
    BOOST_TEST((json_of(reply).at("detail").at(0).at("loc") == json::value{"body", "maxcost"}));
    BOOST_TEST(database.number("select count(*) from messages") == 0);

    reply = service.ask(json_request("/api/campaigns/none/pause", {{"force", true}}));
    BOOST_TEST(code_of(reply) == "unknown_fields");
    BOOST_TEST(service.get("/?utm_source=mail").status == 200);
    BOOST_TEST(service.get("/healthz?probe=1").status == 200);
}

BOOST_AUTO_TEST_CASE(the_document_is_readable_in_a_browser_without_the_internet)
{
    TestDatabase database;
    Service service(database);
    const RawReply page = service.get("/api/docs");
    BOOST_TEST(page.status == 200);
    BOOST_TEST(page.field("Content-Type") == "text/html; charset=utf-8");
    BOOST_TEST(page.body.find("http") == std::string::npos);
    const RawReply viewer = service.get("/api/docs/redoc.js");
    BOOST_TEST(viewer.field("Content-Encoding") == "gzip");
    BOOST_TEST(viewer.body.size() < 400'000U);
    BOOST_TEST(service.get("/api/docs/docs.js").status == 200);
    BOOST_TEST(code_of(service.get("/api/docs/other.js")) == "not_found");
}

BOOST_AUTO_TEST_SUITE_END()
