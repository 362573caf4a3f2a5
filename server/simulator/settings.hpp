#pragma once

#include "server/simulator/simulator.hpp"
#include "webhooks/form.hpp"

#include <chrono>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>

namespace waybill::simulator
{

// An option that may change while the simulator runs: one name for the command line and for POST /simulator/settings.
struct Setting
{
    using Target =
        std::variant<double SimulatorOptions::*, std::chrono::milliseconds SimulatorOptions::*,
                     bool SimulatorOptions::*, std::int64_t SimulatorOptions::*, std::string SimulatorOptions::*>;

    const char* name;
    const char* description;
    Target target;
};

std::span<const Setting> all_settings();

// Reads the value into the option: a share from 0 to 1, milliseconds, true or false, a whole number, a text. Empty when
// that succeeded, else one sentence.
std::optional<std::string> assign(SimulatorOptions& options, std::string_view name, const std::string& value);

// Every parameter of the form, all or nothing.
std::variant<SimulatorOptions, std::string> with_settings(SimulatorOptions options, const webhooks::Form& form);

} // namespace waybill::simulator
