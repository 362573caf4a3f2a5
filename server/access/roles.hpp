#pragma once

#include "server/access/permission.hpp"

#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace waybill::access
{

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
