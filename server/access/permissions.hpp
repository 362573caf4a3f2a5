#pragma once

#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace waybill::access
{

// What a request may be allowed to do. Each route states the one that it requires in server/api/routes.cpp.
enum class Permission
{
    none, // no credential is required
    any,  // a credential, whatever it permits

    campaigns_read,
    messages_read,
    reports_read,
    system_read,
    people_read, // names, numbers and texts unmasked, and their export

    campaigns_write, // create, preview, test and schedule
    messages_send,
    campaigns_control,     // pause, resume, cancel, send unknown messages again
    campaigns_control_own, // the same with what the caller has created

    opt_outs_write,
    opt_outs_lift,
    senders_control,

    events_read,
    endpoints_write,
    admin, // users, keys, erasure, audit

    metrics_read
};

class PermissionSet
{
public:
    constexpr PermissionSet() = default;
    constexpr PermissionSet(std::initializer_list<Permission> permissions)
    {
        for (const Permission each : permissions)
            add(each);
    }

    constexpr void add(Permission permission) { bits_ |= bit(permission); }
    constexpr void add(PermissionSet others) { bits_ |= others.bits_; }
    constexpr bool has(Permission permission) const
    {
        return permission == Permission::none || permission == Permission::any || (bits_ & bit(permission)) != 0;
    }
    constexpr bool operator==(const PermissionSet&) const = default;

private:
    static constexpr std::uint32_t bit(Permission permission) { return 1U << static_cast<unsigned>(permission); }

    std::uint32_t bits_ = 0;
};

enum class Role
{
    viewer,
    marketer,
    operation, // the operator; the word alone is a keyword
    admin
};

std::string_view name_of(Role role); // viewer, marketer, operator, admin
std::optional<Role> parse_role(std::string_view name);
PermissionSet permissions_of(Role role);

std::string_view name_of(Permission permission); // campaigns:read
std::optional<Permission> parse_permission(std::string_view name);
std::vector<std::string> names_of(PermissionSet permissions);

// Names that are not known are left out: a process of an older version grants less, never more.
PermissionSet permissions_named(const std::vector<std::string>& names);

} // namespace waybill::access
