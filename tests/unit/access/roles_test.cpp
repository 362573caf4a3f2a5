#include "server/access/permissions.hpp"

#include <boost/test/unit_test.hpp>

using namespace waybill::access;

BOOST_AUTO_TEST_SUITE(access_roles)

BOOST_AUTO_TEST_CASE(each_role_may_what_the_table_says)
{
    const struct
    {
        Permission permission;
        bool viewer, marketer, operation, admin;
    } cases[] = {
        {Permission::none, true, true, true, true},
        {Permission::campaigns_read, true, true, true, true},
        {Permission::messages_read, true, true, true, true},
        {Permission::reports_read, true, true, true, true},
        {Permission::system_read, true, true, true, true},
        {Permission::people_read, false, true, true, true},
        {Permission::campaigns_write, false, true, true, true},
        {Permission::messages_send, false, true, true, true},
        {Permission::opt_outs_write, false, true, true, true},
        {Permission::campaigns_control, false, false, true, true},
        {Permission::campaigns_control_own, false, true, true, true},
        {Permission::opt_outs_lift, false, false, true, true},
        {Permission::senders_control, false, false, true, true},
        {Permission::events_read, false, false, false, true},
        {Permission::endpoints_write, false, false, false, true},
        {Permission::admin, false, false, false, true},
        {Permission::metrics_read, false, false, false, true},
    };
    for (const auto& each : cases) {
        BOOST_TEST_CONTEXT(name_of(each.permission))
        {
            BOOST_TEST(permissions_of(Role::viewer).has(each.permission) == each.viewer);
            BOOST_TEST(permissions_of(Role::marketer).has(each.permission) == each.marketer);
            BOOST_TEST(permissions_of(Role::operation).has(each.permission) == each.operation);
            BOOST_TEST(permissions_of(Role::admin).has(each.permission) == each.admin);
        }
    }
}

BOOST_AUTO_TEST_CASE(names_of_roles_and_permissions_are_read_as_they_are_written)
{
    for (const Role role : {Role::viewer, Role::marketer, Role::operation, Role::admin})
        BOOST_CHECK(parse_role(name_of(role)) == role);
    BOOST_CHECK(!parse_role("root"));
    const auto names = names_of(permissions_of(Role::admin));
    BOOST_TEST(names.size() == 16U);
    BOOST_CHECK(permissions_named(names) == permissions_of(Role::admin));
    BOOST_CHECK(!parse_permission("none"));
}

BOOST_AUTO_TEST_CASE(a_permission_of_a_newer_version_grants_nothing)
{
    BOOST_CHECK(permissions_named({"campaigns:read", "rockets:launch"}) == PermissionSet{Permission::campaigns_read});
}

BOOST_AUTO_TEST_SUITE_END()
