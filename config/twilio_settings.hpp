#pragma once

#include "config/setting.hpp"
#include "config/settings.hpp"

#include <optional>
#include <string>

namespace waybill::config
{

// Our Twilio account, or why the simulator is used instead.
struct TwilioChoice
{
    std::optional<TwilioSettings> twilio;
    std::string simulator_reason; // empty when `twilio` is set
};

// No credentials, or only placeholders of an example file: the simulator. Some but not all, or malformed: faults.
TwilioChoice read_twilio(SettingReader& reader);

// Whether a value is a placeholder for a credential, as example files have it: `your_account_sid_here`, `ACxxxxxxxx…`,
// `<token>`, `changeme`.
bool is_placeholder(std::string_view value);

} // namespace waybill::config
