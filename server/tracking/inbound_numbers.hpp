#pragma once

#include "db/types/types.hpp"

namespace waybill::tracking
{

// Who wrote and to whom, as numbers are stored everywhere: `whatsapp:+44 7911…` is the number behind it, so that its
// STOP concerns the person whom we text. What is no number (a short code, a name) stays as it came and can never be
// opted out; an address that changes is kept among the other parameters.
db::InboundMessage with_numbers(db::InboundMessage message);

} // namespace waybill::tracking
