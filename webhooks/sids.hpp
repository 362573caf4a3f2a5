#pragma once

#include "webhooks/form.hpp"

#include <string_view>

namespace waybill::webhooks
{

bool is_message_sid(std::string_view text); // SM or MM and 32 hexadecimal digits

// Whether a signed form can only be what Twilio sent. The signed text has no separators, so one signature fits several
// forms: the bytes of a captured request, divided differently, could name another message. In the form that Twilio
// wrote, every SID of the message is the same, the account is named once, and no other text contains a SID's name.
bool names_one_message(const Form& form);

} // namespace waybill::webhooks
