#include "server/access/permissions.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace waybill::access
{

namespace
{

using enum Permission;

constexpr std::array<std::pair<Permission, std::string_view>, 16> permission_names = {{
    {campaigns_read, "campaigns:read"},
    {messages_read, "messages:read"},
    {reports_read, "reports:read"},
    {system_read, "system:read"},
    {people_read, "people:read"},
    {campaigns_write, "campaigns:write"},
    {messages_send, "messages:send"},
    {campaigns_control, "campaigns:control"},
    {campaigns_control_own, "campaigns:control-own"},
    {opt_outs_write, "opt-outs:write"},
    {opt_outs_lift, "opt-outs:lift"},
    {senders_control, "senders:control"},
    {events_read, "events:read"},
    {endpoints_write, "endpoints:write"},
    {admin, "admin"},
    {metrics_read, "metrics:read"},
}};

constexpr std::array<std::pair<Role, std::string_view>, 4> role_names = {{
    {Role::viewer, "viewer"},
    {Role::marketer, "marketer"},
    {Role::operation, "operator"},
    {Role::admin, "admin"},
}};

constexpr PermissionSet viewer{campaigns_read, messages_read, reports_read, system_read};

constexpr PermissionSet with(PermissionSet base, std::initializer_list<Permission> more)
{
    base.add(PermissionSet(more));
    return base;
}

constexpr PermissionSet marketer =
    with(viewer, {people_read, campaigns_write, campaigns_control_own, messages_send, opt_outs_write});
constexpr PermissionSet operation = with(marketer, {campaigns_control, opt_outs_lift, senders_control});
constexpr PermissionSet everything = with(operation, {events_read, endpoints_write, admin, metrics_read});

} // namespace

std::string_view name_of(Role role)
{
    return std::ranges::find(role_names, role, &std::pair<Role, std::string_view>::first)->second;
}

std::optional<Role> parse_role(std::string_view name)
{
    for (const auto& [role, role_name] : role_names)
        if (role_name == name) return role;
    return std::nullopt;
}

PermissionSet permissions_of(Role role)
{
    switch (role) {
    case Role::viewer:
        return viewer;
    case Role::marketer:
        return marketer;
    case Role::operation:
        return operation;
    case Role::admin:
        return everything;
    }
    return {};
}

std::string_view name_of(Permission permission)
{
    for (const auto& [each, name] : permission_names)
        if (each == permission) return name;
    return "none";
}

std::optional<Permission> parse_permission(std::string_view name)
{
    for (const auto& [permission, permission_name] : permission_names)
        if (permission_name == name) return permission;
    return std::nullopt;
}

std::vector<std::string> names_of(PermissionSet permissions)
{
    std::vector<std::string> names;
    for (const auto& [permission, name] : permission_names)
        if (permissions.has(permission)) names.emplace_back(name);
    return names;
}

PermissionSet permissions_named(const std::vector<std::string>& names)
{
    PermissionSet permissions;
    for (const std::string& name : names)
        if (const auto permission = parse_permission(name)) permissions.add(*permission);
    return permissions;
}

} // namespace waybill::access
