#pragma once

#include "config/setting.hpp"
#include "config/settings.hpp"

#include <optional>
#include <string>

namespace waybill::config
{

// Who we are at Twilio, or why the simulator stands in.
struct TwilioChoice
{
    std::optional<TwilioSettings> twilio;
    std::string simulator_reason; // empty when `twilio` is set
};

// No credentials, or only placeholders of an example file: the simulator. Some but not all, or malformed: faults.
TwilioChoice read_twilio(SettingReader& reader);

// Whether a value is what example files ship in place of a credential: `your_account_sid_here`, `ACxxxxxxxx…`,
// `<token>`, `changeme`.
bool is_placeholder(std::string_view value);

} // namespace waybill::config
