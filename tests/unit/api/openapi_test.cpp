#include "server/api/contract/error_codes.hpp"
#include "server/api/openapi/document.hpp"
#include "server/api/openapi/operation.hpp"
#include "server/api/openapi/responses.hpp"

#include <boost/algorithm/string/case_conv.hpp>
#include <boost/json/array.hpp>
#include <boost/json/serialize.hpp>
#include <boost/test/unit_test.hpp>

#include <set>
#include <string>

using namespace waybill;

namespace json = boost::json;

namespace
{

const json::object& document()
{
    static const json::object made = api::make_document(api::all_routes());
    return made;
}

std::set<std::string> route_names()
{
    std::set<std::string> names;
    for (const api::Route& route : api::all_routes())
        if (api::is_documented(route)) names.insert(std::string(route.method) + " " + std::string(route.path));
    return names;
}

// Calls `look` with every value of the document.
template <class Look>
void walk(const json::value& value, const Look& look)
{
    look(value);
    if (const json::object* object = value.if_object())
        for (const auto& [name, member] : *object)
            walk(member, look);
    if (const json::array* array = value.if_array())
        for (const json::value& each : *array)
            walk(each, look);
}

} // namespace

BOOST_AUTO_TEST_SUITE(openapi)

BOOST_AUTO_TEST_CASE(every_route_is_in_the_document_and_nothing_else_is)
{
    std::set<std::string> documented, ids;
    for (const auto& [path, methods] : document().at("paths").as_object())
        for (const auto& [method, operation] : methods.as_object()) {
            documented.insert(boost::algorithm::to_upper_copy(std::string(method)) + " " + std::string(path));
            BOOST_TEST(ids.insert(std::string(operation.at("operationId").as_string())).second);
        }
    BOOST_TEST(documented == route_names(), boost::test_tools::per_element());
    for (const auto operations : {api::campaign_operations(), api::message_operations(), api::event_operations(),
                                  api::access_operations(), api::system_operations()})
        for (const api::Operation& operation : operations)
            BOOST_TEST(documented.contains(std::string(operation.route)), operation.route);
}

BOOST_AUTO_TEST_CASE(every_error_of_an_operation_is_in_the_table_of_codes)
{
    for (const api::Route& route : api::all_routes())
        if (const api::Operation* operation = api::find_operation(route.method, route.path))
            for (const std::string_view code : api::error_codes_of(route, *operation))
                BOOST_TEST((api::find_error_code(code) != nullptr), code);
    for (const int status : {400, 401, 403, 404, 405, 408, 409, 413, 415, 421, 422, 429, 431, 500, 503}) {
        const api::ErrorCode* usual = api::find_error_code(http::usual_error_code(status));
        BOOST_TEST((usual != nullptr && usual->status == status), status);
    }
}

BOOST_AUTO_TEST_CASE(every_reference_of_the_document_leads_to_something)
{
    int references = 0;
    walk(document(), [&](const json::value& value) {
        const json::object* object = value.if_object();
        const json::value* reference = object == nullptr ? nullptr : object->if_contains("$ref");
        if (reference == nullptr) return;
        ++references;
        boost::system::error_code missing;
        json::value(document()).find_pointer(reference->as_string().subview(1), missing);
        BOOST_TEST(!missing, reference->as_string());
    });
    BOOST_TEST(references > 100);
}

BOOST_AUTO_TEST_CASE(the_document_says_what_a_route_requires_and_what_it_replies)
{
    const json::value paths = document().at("paths");
    const json::value& send = paths.at("/api/messages").at("post");
    BOOST_TEST(send.at("x-permission").as_string() == "messages:send");
    BOOST_TEST(send.at("requestBody").at("required").as_bool());
    BOOST_TEST(send.at("responses").as_object().contains("201"));
    const json::value& refused = send.at("responses").at("422").at("content").at("application/json").at("examples");
    BOOST_TEST(refused.as_object().contains("recipient_opted_out"));
    const json::value& schemas = document().at("components").at("schemas");
    const json::value& message = schemas.at("MessageToSend");
    BOOST_TEST((message.at("required") == json::array{"to", "body"}));
    BOOST_TEST((message.at("properties").at("from").at("type") == json::array{"string", "null"}));
    BOOST_TEST((schemas.at("User").at("properties").as_object().contains("user_id")));
}

BOOST_AUTO_TEST_SUITE_END()
