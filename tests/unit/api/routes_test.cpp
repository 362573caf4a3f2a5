#include "server/api/routes.hpp"

#include <boost/test/unit_test.hpp>

#include <set>
#include <string>

using namespace waybill;
using access::Permission;

namespace
{

std::string name_of(const api::Route& route)
{
    return std::string(route.method) + " " + std::string(route.path);
}

// Everything else requires a credential.
const std::set<std::string> open_to_all = {"GET /",
                                           "GET /assets/{name}",
                                           "GET /assets/{wing}/{name}",
                                           "GET /healthz",
                                           "GET /readyz",
                                           "GET /api/health",
                                           "GET /api/openapi.json",
                                           "GET /api/docs",
                                           "GET /api/docs/{name}",
                                           "GET /api/campaigns/sms/sample-csv",
                                           "POST /api/auth/session",
                                           "POST /api/auth/login",
                                           "POST /api/auth/setup",
                                           "POST /api/auth/logout",
                                           "POST /webhooks/twilio/status/{id}",
                                           "POST /webhooks/twilio/inbound"};

} // namespace

BOOST_AUTO_TEST_SUITE(api_routes)

BOOST_AUTO_TEST_CASE(every_route_is_stated_once)
{
    std::set<std::string> names;
    for (const api::Route& route : api::all_routes())
        BOOST_TEST(names.insert(name_of(route)).second, name_of(route));
}

BOOST_AUTO_TEST_CASE(only_the_routes_of_a_short_list_require_no_permission)
{
    std::set<std::string> found;
    for (const api::Route& route : api::all_routes())
        if (route.permission == Permission::none) found.insert(name_of(route));
    BOOST_TEST(found == open_to_all, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(only_a_route_that_sees_no_person_or_requires_people_read_is_unmasked)
{
    const std::set<Permission> see_people = {Permission::campaigns_read, Permission::messages_read,
                                             Permission::campaigns_write, Permission::messages_send};
    for (const api::Route& route : api::all_routes()) {
        const bool is_masked = route.mask == api::Mask::masked || route.mask == api::Mask::listed;
        if (see_people.contains(route.permission)) BOOST_TEST(is_masked, name_of(route));
        if (route.permission == Permission::people_read) BOOST_TEST(!is_masked, name_of(route));
    }
}

BOOST_AUTO_TEST_CASE(only_requests_that_send_something_carry_a_body)
{
    for (const api::Route& route : api::all_routes())
        if (route.method == "GET" || route.method == "DELETE")
            BOOST_TEST((route.body == api::Body::no_body), name_of(route));
}

BOOST_AUTO_TEST_SUITE_END()
