#pragma once

#include "config/base_url.hpp"
#include "config/settings.hpp"

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace waybill::config
{

// Takes values out of a Lookup, trimmed, and collects one fault for each that cannot be used.
class SettingReader
{
public:
    explicit SettingReader(const Lookup& lookup) : lookup_(lookup) {}

    std::string text(std::string_view name) const;          // empty when unset
    std::optional<BaseUrl> base_url(std::string_view name); // empty when unset or at fault
    std::int64_t whole_number_or(std::int64_t otherwise, std::string_view name, std::int64_t lowest,
                                 std::int64_t highest); // `otherwise` when unset

    // Hands the text, when it is set, to `use`; "NAME must be REQUIREMENT." when that returns false.
    void take(std::string_view name, std::string_view requirement,
              const std::function<bool(const std::string& text)>& use);

    // The sentence names the setting and says what to do.
    void fault(std::string_view name, std::string sentence);
    std::vector<Fault>& faults() { return faults_; }

private:
    const Lookup& lookup_;
    std::vector<Fault> faults_;
};

} // namespace waybill::config
