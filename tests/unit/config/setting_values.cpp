#include "tests/unit/config/setting_values.hpp"

#include <boost/test/unit_test.hpp>

#include <utility>

namespace waybill::test
{

config::Lookup lookup_in(SettingValues values)
{
    return [values = std::move(values)](std::string_view name) -> std::optional<std::string> {
        const auto found = values.find(name);
        if (found == values.end()) return std::nullopt;
        return found->second;
    };
}

config::Settings settings_of(const SettingValues& values)
{
    const auto outcome = config::read_settings(lookup_in(values));
    if (const auto* faults = std::get_if<std::vector<config::Fault>>(&outcome))
        for (const auto& fault : *faults)
            BOOST_ERROR(fault.sentence);
    BOOST_REQUIRE(std::holds_alternative<config::Settings>(outcome));
    return std::get<config::Settings>(outcome);
}

std::vector<config::Fault> faults_of(const SettingValues& values)
{
    const auto outcome = config::read_settings(lookup_in(values));
    BOOST_REQUIRE(std::holds_alternative<std::vector<config::Fault>>(outcome));
    return std::get<std::vector<config::Fault>>(outcome);
}

std::vector<std::string> names_at_fault(const SettingValues& values)
{
    std::vector<std::string> names;
    for (const auto& fault : faults_of(values))
        names.push_back(fault.name);
    return names;
}

std::set<std::string> names_that_are_read()
{
    std::set<std::string> names;
    config::read_settings([&names](std::string_view name) {
        if (!name.ends_with("_FILE")) names.emplace(name); // where a secret may stand instead of in its setting
        return std::nullopt;
    });
    return names;
}

} // namespace waybill::test
